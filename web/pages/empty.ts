/** A server without spans: what the page tells a newcomer, and that following it works. */
import { execFileSync } from 'node:child_process';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { picture } from './browser.ts';
import { api, post, type RawStatus } from './clew.ts';
import { withPage } from './withPage.ts';
import type { TraceDocument } from '../src/api/otlp.ts';

const NEVER = '1970';

export function emptyTests(): void {
  describe('without spans', () => {
    it('the server is empty, as these tests need it', async () => expect((await api<RawStatus>('/status')).spansStored).toBe(0));

    it(
      'the page gives the real addresses and lines to paste',
      withPage(async (page) => {
        await page.goto('/');
        await page.getByText('No spans have arrived yet').waitFor();
        const { addresses } = await api<RawStatus>('/status');
        const otlp = addresses.filter((address) => address.door.startsWith('otlp'));
        expect(otlp).toHaveLength(2);
        for (const address of otlp) {
          expect(await page.locator('.addresses').innerText()).toContain(address.fromHost);
        }
        const http = otlp.find((address) => address.door === 'otlp-http')!;
        const grpc = otlp.find((address) => address.door === 'otlp-grpc')!;
        expect(await snippet(page)).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${http.fromHost} `);
        await page.getByRole('button', { name: 'gRPC' }).click();
        expect(await snippet(page)).toContain(`OTEL_EXPORTER_OTLP_ENDPOINT=${grpc.fromHost} `);
        await page.getByRole('tab', { name: 'Spring Boot' }).click();
        expect(await snippet(page)).toContain(`${http.fromHost}/v1/traces`);
        await picture(page, 'empty');
      }),
    );

    it(
      'the page says that loopback is out of reach for containers, and the flag',
      withPage(async (page) => {
        await page.goto('/search');
        await page.getByRole('button', { name: 'From a container' }).click();
        const { addresses } = await api<RawStatus>('/status');
        const container = addresses.find((address) => address.door === 'otlp-http')!.fromContainer;
        if (container === null) {
          expect(await page.locator('.connect').innerText()).toContain('--bind 0.0.0.0');
        } else {
          expect(await snippet(page)).toContain(container);
        }
      }),
    );

    it(
      'copying puts the lines on the clipboard',
      withPage(async (page) => {
        await page.goto('/search');
        const button = page.locator('.snippet .copy');
        // It says so for two seconds, which a busy machine may let pass before it looks.
        const said = await button.evaluateHandle((element) => {
          const seen = { copied: false };
          new MutationObserver(() => (seen.copied ||= element.classList.contains('copied'))).observe(element, { attributes: true });
          return seen;
        });
        await button.click();
        await expect.poll(() => said.evaluate((seen) => seen.copied)).toBe(true);
        expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await snippet(page));
      }),
    );

    it(
      'the page is Chinese for a Chinese browser',
      withPage(
        async (page) => {
          await page.goto('/');
          await page.getByText('还没有收到任何 Span').waitFor();
          expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
          await picture(page, 'empty-zh-dark');
        },
        { locale: 'zh-CN', colorScheme: 'dark' },
      ),
    );

    it(
      'the curl lines send a span, and the waiting page shows its trace by itself',
      withPage(async (page) => {
        await page.goto('/');
        await page.getByRole('tab', { name: 'curl' }).click();
        const { url, body } = runCurlLines(await snippet(page));
        const { addresses } = await api<RawStatus>('/status');
        expect(url).toBe(`${addresses.find((address) => address.door === 'otlp-http')!.fromHost}/v1/traces`);
        await post(JSON.parse(body) as TraceDocument);
        await page.locator('.results').getByText('hello clew').waitFor();
        expect(await page.locator('.results tbody tr').count()).toBe(1);
        expect(await page.locator('.results').innerText()).toContain('120 ms');
        expect(await page.locator('.results').innerText()).not.toContain(NEVER);
      }),
    );
  });
}

function snippet(page: Page): Promise<string> {
  return page.locator('.snippet pre').innerText();
}

/** Runs the lines in a real shell, with curl replaced by a function that prints where and what it would send. */
function runCurlLines(lines: string): { url: string; body: string } {
  const script = `curl() { printf '%s\\n' "$2"; for last; do :; done; printf '%s' "$last"; }\n${lines}`;
  const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
  const end = printed.indexOf('\n');
  return { url: printed.slice(0, end), body: printed.slice(end + 1) };
}
