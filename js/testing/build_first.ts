/** Tests of the built modules must see the present source: build before anything runs. */
import { buildAll } from "../build.mjs";

export default async function setup(): Promise<void> {
  await buildAll();
}
