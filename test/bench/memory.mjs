// The memory of a process and of all that descend from it.
import { execFileSync } from 'node:child_process';

/** Every process of a tree, named by what it runs. */
export function tree(rootPid) {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss=,args='], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const rows = lines.map((line) => /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S.*)$/.exec(line)).filter(Boolean);
  const found = rows.filter(([, pid]) => Number(pid) === rootPid);
  for (const [, parent] of found) found.push(...rows.filter(([, , ppid]) => ppid === parent));
  return found
    .map(([, pid, , rss, args]) => ({ pid, megabytes: Number(rss) / 1024, name: nameOf(args) }))
    .filter(({ name }) => name !== undefined);
}

/** What counts: the shells that guard them and `ps` itself are left out. */
function nameOf(args) {
  if (args.startsWith('/bin/sh -c')) return undefined;
  if (/dynoxide (serve|mcp)/.test(args)) return 'the engine';
  if (/gateway\/dist\/main/.test(args)) return 'the gateway';
  if (/local\/dist\/(main|import)/.test(args)) return 'Step Functions and the functions';
  return undefined;
}

/** Of the straight line that fits best, in the units of the points. */
export function slopeOf(points) {
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const [x, y] = [mean(([one]) => one), mean(([, other]) => other)];
  const over = points.reduce((sum, [one, other]) => sum + (one - x) * (other - y), 0);
  const under = points.reduce((sum, [one]) => sum + (one - x) ** 2, 0);
  return under === 0 ? 0 : over / under;
}
