import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";

const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  // Found late, a dependency makes Vite reload a page in the middle of its tests.
  optimizeDeps: {
    include: [
      "axe-core",
      "vega",
      "vega-lite",
      "vega-embed",
      "@jupyter-widgets/base",
      "@jupyter-widgets/base-manager",
    ],
  },
  test: {
    include: ["js/**/__tests__/*.test.ts"],
    globalSetup: ["js/testing/build_first.ts"],
    testTimeout: 20_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({
        launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args },
      }),
      instances: [{ browser: "chromium", viewport: { width: 1280, height: 1000 } }],
    },
  },
});
