// json-schema-faker: SCHEMA COUNT SEED OUT
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { createGeneratorSync } from "json-schema-faker";

const [path, count, seed, out] = process.argv.slice(2);
const schema = JSON.parse(readFileSync(path, "utf8"));
const generator = createGeneratorSync({ seed: Number(seed), optionalsProbability: 0.9 });
const file = openSync(out, "w");
let lines = "";
for (let i = 0; i < Number(count); i++) {
  lines += JSON.stringify(generator.generate(schema)) + "\n";
  if (i % 100 === 99) {
    writeSync(file, lines);
    lines = "";
  }
}
writeSync(file, lines);
closeSync(file);
