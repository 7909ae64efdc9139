import { expect, test } from "vitest";
import { FakeModel } from "../../../testing/fake_model";
import { sceneOf } from "../scene";
import { pictureText, segmentsCsv } from "../taking";
import type { State } from "../wire";
import { explorerState } from "./fixture";

const modelOf = (changes: Partial<State> = {}) => new FakeModel(explorerState("kmeans", changes));

test("the table that is taken away holds segments and profile, with the names that people gave", () => {
  const model = modelOf({ names: { "3": "Gone" } });
  const [segments, profile] = segmentsCsv(model, sceneOf(model)).split("\r\n\r\n") as [string, string];
  const lines = segments.split("\r\n");
  expect(lines[0]).toBe("segment,name,size,share,value,value_share,mean_value,lapsed,border,rule,action");
  expect(lines).toHaveLength(5);
  expect(lines[4]).toMatch(/^3,Gone,1628,/);
  expect(profile.split("\r\n")[0]).toBe("segment,name,feature,label,unit,mean,average,index,effect");
  expect(profile).toContain("3,Gone,recency,Recency,days,183,");
});

test("a picture says method, date, what the cells show and who is in it", () => {
  const scene = sceneOf(modelOf());
  const { title, subtitle, footer } = pictureText(scene);
  expect(title).toBe("Frequent, 14 orders, high basket: 16 % of customers bring 57 % of revenue.");
  expect(subtitle).toContain("k-means · 4 segments · stability .91 · features as of 10 December 2011");
  expect(subtitle).toContain("1 Steady, 4 orders 27 %");
  expect(footer).toContain("2 groups under 10 people hidden.");
});
