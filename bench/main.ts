import { answers } from './answers';
import { bulk } from './bulk';
import { growth } from './growth';
import { http } from './http';
import { many } from './many';
import { mutated } from './mutated';
import { posts } from './posts';
import { proofs } from './proofs';
import { siege } from './siege';
import { start } from './start';
import { tables } from './tables';
import { way } from './way';
import { removeWorlds } from './world';

const BENCHES = { answers, http, many, posts, bulk, tables, start, proofs, mutated, growth };
/** Those that run only where they are named: they take minutes. */
const LONG = { siege, way };

/** Runs the benchmarks that are named, or all of them that are not long. A ✗ marks a target that was missed; machines differ, ratios less. */
async function main(): Promise<void> {
  const named = process.argv.slice(2);
  try {
    for (const [name, bench] of Object.entries(BENCHES)) {
      if (named.length === 0 || named.includes(name)) await bench();
    }
    for (const [name, bench] of Object.entries(LONG)) if (named.includes(name)) await bench();
  } finally {
    removeWorlds();
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
