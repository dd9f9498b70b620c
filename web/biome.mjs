// Runs Biome: `node biome.mjs check src`. Its own package lists a program for every platform, and a registry that lacks
// one of them makes `npm ci` refuse the whole lock file; so only those for Linux are asked for, and called directly.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'

const program = createRequire(import.meta.url).resolve(`@biomejs/cli-${process.platform}-${process.arch}/biome`)
const { status } = spawnSync(program, process.argv.slice(2), { stdio: 'inherit' })
process.exit(status ?? 1)
