import { expect, test } from "vitest";
import { formats } from "../../../kit/format";
import { portion } from "../words";

test.each([
  [1, "> 99.9 %"],
  [0.9991, "> 99.9 %"],
  [0.997, "99.7 %"],
  [0.91, "91 %"],
  [0.004, "0.4 %"],
  [0, "< 0.1 %"],
])("a share of %s of a sample reads %s", (share, said) => {
  const written = portion(share, formats({ locale: "en-GB", currency: "" }));
  expect(written.replace(/\s/g, " ")).toBe(said);
});
