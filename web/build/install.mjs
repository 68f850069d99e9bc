/**
 * Installs the locked packages when node_modules is not what package-lock.json says: `npm ci` writes into
 * node_modules, once it is done, the checksum of the lock it followed.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const MARK = 'node_modules/.installed-lock';
const lock = createHash('sha256').update(readFileSync('package-lock.json')).digest('hex');
const wanted = `${lock} node ${process.versions.node.split('.')[0]}`;

if (!existsSync(MARK) || readFileSync(MARK, 'utf8') !== wanted) {
  rmSync(MARK, { force: true });
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { stdio: 'inherit' });
  writeFileSync(MARK, wanted);
}
