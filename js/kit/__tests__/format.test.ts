import { expect, test } from "vitest";
import { formats } from "../format";

const british = formats({ locale: "en-GB", currency: "" });

test("numbers, shares and days as British English writes them", () => {
  expect(british.count(69659)).toBe("69,659");
  expect(british.percent(0.1474)).toBe("14.7 %");
  expect(british.percent(0.1474, 0)).toBe("15 %");
  expect(british.money(2500315.63)).toBe("2,500,315.63");
  expect(british.day(Date.UTC(1998, 5, 30))).toBe("30 June 1998");
  expect(british.currencyPrefix).toBe("");
});

test("what is missing is a dash", () => {
  expect([british.count(null), british.percent(Number.NaN), british.day(null)]).toEqual(["–", "–", "–"]);
});

test("locale and currency reach text and charts", () => {
  const german = formats({ locale: "de-DE", currency: "EUR" });
  expect(german.money(1234.5)).toBe("1.234,50\u00a0€");
  expect(german.currencyPrefix).toBe("€");
  expect(german.d3Locale).toMatchObject({ decimal: ",", thousands: "." });
  expect(formats({ locale: "en-GB", currency: "CHF" }).currencyPrefix).toBe("CHF ");
});

test("an unknown locale or currency falls back to what can be read", () => {
  const odd = formats({ locale: "not a locale", currency: "€" });
  expect(odd.count(1234)).toBe("1,234");
  expect(odd.money(1)).toBe("1.00");
});

test("where room is short, money is written in thousands and millions, and small means with one decimal", () => {
  expect(british.moneyShort(2500315.63)).toBe("2.5m");
  expect(formats({ locale: "en-GB", currency: "GBP" }).moneyShort(71000)).toBe("£71k");
  expect(british.decimal(4.27)).toBe("4.3");
});
