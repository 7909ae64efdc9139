"""What all components share: base widget, chart runtime, trait types, requests, export to HTML."""
