// Weighs the scripts that a browser needs before it can show the first page: what the player begins with, and the home
// screen. `npm run weight` fails when they are heavier than the rule of the house allows.
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const ALLOWED_BYTES = 150_000;
const FIRST_SCREEN = '/src/screens/HomeScreen.vue';

const root = fileURLToPath(new URL('.', import.meta.url));
const { output } = await build({ root, logLevel: 'warn', build: { write: false } });
const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
const needed = new Set();

function need(chunk) {
  if (needed.has(chunk)) return;
  needed.add(chunk);
  for (const name of chunk.imports) need(chunks.get(name));
}

const firsts = [...chunks.values()].filter(({ isEntry, facadeModuleId }) => isEntry || facadeModuleId?.endsWith(FIRST_SCREEN));
if (firsts.length !== 2) throw new Error(`The player's beginning and ${FIRST_SCREEN} were not found in what was built.`);
firsts.forEach(need);

const weights = [...needed].map(({ fileName, code }) => ({ fileName, bytes: gzipSync(code).length }));
const total = weights.reduce((sum, { bytes }) => sum + bytes, 0);
const inKilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`;

for (const { fileName, bytes } of weights.sort((one, other) => other.bytes - one.bytes)) {
  console.log(`${inKilobytes(bytes).padStart(9)}  ${fileName}`);
}
console.log(`${inKilobytes(total).padStart(9)}  before the first page, ${inKilobytes(ALLOWED_BYTES)} allowed`);
if (total > ALLOWED_BYTES) {
  console.error('Too heavy: what the first page does without is to be imported when it is needed (web/README.md).');
  process.exitCode = 1;
}
