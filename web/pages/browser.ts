/**
 * Debian's Chromium for the page tests. Every page it opens is watched: a script error, an error in the
 * console that the test did not announce, or a request to anywhere but the server fails the test.
 */
import { mkdirSync } from 'node:fs';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const PICTURES = 'target/pages';

let running: Promise<Browser> | undefined;

export function browser(): Promise<Browser> {
  running ??= chromium.launch({ executablePath: process.env['CLEW_CHROMIUM'] ?? '/usr/bin/chromium', args: FLAGS });
  return running;
}

export async function closeBrowser(): Promise<void> {
  await (await running)?.close();
  running = undefined;
}

export interface Watched {
  readonly page: Page;
  /** Closes the page and tells what went wrong on it; empty when all was well. */
  close(): Promise<readonly string[]>;
}

/** @param expectedErrors console errors that belong to the test, such as the 404 it provokes */
export async function openPage(origin: string, options: BrowserContextOptions = {}, expectedErrors: RegExp = /^$/): Promise<Watched> {
  const context = await (await browser()).newContext({
    baseURL: origin,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    colorScheme: 'light',
    permissions: ['clipboard-read', 'clipboard-write'],
    ...options,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !expectedErrors.test(message.text())) {
      wrong.push(`console: ${message.text()} ${message.location().url}`);
    }
  });
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(`${origin}/`) && !url.startsWith('data:') && !url.startsWith('blob:')) {
      wrong.push(`request to elsewhere: ${url}`);
    }
  });
  return {
    page,
    close: async () => {
      await context.close();
      return wrong;
    },
  };
}

/** A picture for people to look at, below target/. */
export async function picture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}
