/** Pages on a store with a damaged block: CLEW_DAMAGED_URL is its UI, CLEW_DAMAGED_TRACE a trace with spans in that block and elsewhere. */
import { describe, expect, it } from 'vitest';
import { picture } from './browser.ts';
import { required } from './clew.ts';
import { texts, withPage } from './withPage.ts';

export function damagedTests(): void {
  const url = (): string => required('CLEW_DAMAGED_URL');
  const trace = (): string => required('CLEW_DAMAGED_TRACE');

  describe('pages on a damaged store', () => {
    it(
      'say on the search page that traces may be missing, and where',
      withPage(
        async (page) => {
          await page.goto('/search');
          await page.locator('.search-main[aria-busy="false"] .missed').waitFor();
          expect(await page.locator('.missed p').innerText()).toContain('Some of what is stored cannot be read: traces may be missing here.');
          await page.locator('.missed summary').click();
          expect((await texts(page, '.missed li')).join()).toMatch(/block-0+1\.clew/);
          await picture(page, 'damaged-search');
        },
        { origin: url },
      ),
    );

    it(
      'say so when nothing is found, too',
      withPage(
        async (page) => {
          await page.goto(`/search?q=${encodeURIComponent('{ span:id = "00000000000000ff" }')}`);
          await page.locator('.search-main[aria-busy="false"] .missed').waitFor();
        },
        { origin: url },
      ),
    );

    it(
      'say on the trace page that spans may be missing, in Chinese where the browser is',
      withPage(
        async (page) => {
          await page.goto(`/trace/${trace()}`);
          await page.locator('.trace-page .missed').waitFor();
          expect(await page.locator('.missed p').innerText()).toContain('这条链路可能缺少一些 Span');
          await page.locator('.missed summary').click();
          await picture(page, 'damaged-trace-zh');
          await page.locator('.missed').getByText('详情见状态页').click();
          await page.getByText('发现损坏的文件').waitFor();
        },
        { origin: url, locale: 'zh-CN' },
      ),
    );
  });
}
