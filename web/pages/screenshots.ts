/**
 * `npm run screenshots`: refreshes docs/images from a server that runs at CLEW_URL and CLEW_OTLP_URL and holds
 * no spans; without these, from one that CLEW_LAUNCHER (./clew) starts for it. Posts purchases, takes pictures.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, it, vi } from 'vitest';
import { shopTrace } from '../test/shop.ts';
import { closeBrowser, openPage } from './browser.ts';
import { api, clewUrl, post, type RawStatus } from './clew.ts';

const IMAGES = join(import.meta.dirname, '../../docs/images');
const DATA = mkdtempSync(join(tmpdir(), 'clew-pictures-'));
/** A first start may build the server. */
const START = { timeout: 200_000, interval: 100 };
let server: ChildProcess | undefined;

afterAll(async () => {
  await closeBrowser();
  if (server !== undefined) {
    const ended = new Promise((resolve) => server!.once('exit', resolve));
    server.kill('SIGTERM');
    await ended;
  }
  rmSync(DATA, { recursive: true, force: true });
});

async function startServer(): Promise<void> {
  const launcher = process.env['CLEW_LAUNCHER'];
  if (launcher === undefined) {
    throw new Error('Neither CLEW_URL and CLEW_OTLP_URL nor CLEW_LAUNCHER is set: there is no server to picture.');
  }
  const data = join(DATA, 'data');
  server = spawn(launcher, ['up', '--data', data, '--ports-otlp-grpc', '0', '--ports-otlp-http', '0', '--ports-ui', '0'], { stdio: 'inherit' });
  const file = join(data, 'addresses.json');
  await vi.waitUntil(() => existsSync(file), START);
  const { addresses } = JSON.parse(readFileSync(file, 'utf8')) as RawStatus;
  const of = (door: string): string => addresses.find((address) => address.door === door)!.fromHost;
  process.env['CLEW_URL'] = of('ui');
  process.env['CLEW_OTLP_URL'] = of('otlp-http');
  await vi.waitUntil(async () => (await fetch(`${clewUrl()}/ready`)).status === 200, START);
}

const LOCALES = [
  ['en', 'en-GB'],
  ['zh', 'zh-CN'],
] as const;

async function pictures(name: string, path: string, ready: (page: Page) => Promise<void>): Promise<void> {
  for (const [suffix, locale] of LOCALES) {
    const watched = await openPage(clewUrl(), { locale, timezoneId: 'UTC', deviceScaleFactor: 1.5, viewport: { width: 1360, height: 800 } });
    await watched.page.goto(path);
    await ready(watched.page);
    // Once more: the first answers of a server just started are not what one sees later.
    await watched.page.reload();
    await ready(watched.page);
    await watched.page.screenshot({ path: join(IMAGES, `${name}-${suffix}.png`) });
    expect(await watched.close()).toEqual([]);
  }
}

it('takes the pictures', async () => {
  mkdirSync(IMAGES, { recursive: true });
  if (process.env['CLEW_URL'] === undefined) {
    await startServer();
  }
  expect((await api<RawStatus>('/status')).spansStored, 'the server must hold no spans').toBe(0);
  await pictures('empty', '/', (page) => page.locator('.snippet').waitFor());

  const newest = BigInt(Date.now() - 5_000) * 1_000_000n;
  const purchases = Array.from({ length: 120 }, (_, i) => shopTrace(200 + i, newest - BigInt(i * i) * 90_000_000n));
  for (const { document } of purchases) {
    await post(document);
  }
  await pictures('search', '/search?service=gateway&range=1h', (page) => page.locator('.results').waitFor());

  const failing = purchases.find(({ document }) => JSON.stringify(document).includes('SocketTimeoutException'))!;
  await pictures('trace', `/trace/${failing.id}`, async (page) => {
    await page.locator('.waterfall canvas[data-rows]').waitFor();
    for (let i = 0; i < 3; i++) {
      await page.keyboard.press('e');
    }
    await page.locator('.events').waitFor();
  });
});
