import { expect, test } from '@jest/globals';
import { describeInBrowser, useBrowser } from '../support/browser.ts';
import { focusFaults, pageFaults, watchPage } from '../support/page-rules.ts';

const BAD = `<html><head><title> </title><meta name="viewport" content="width=device-width, maximum-scale=1"></head>
<body style="margin:0;background:#fff">
<div style="width:2000px">wide</div>
<p style="color:#888">grey on white</p>
<div style="background:#000"><div style="opacity:.4"><p style="color:#fff">faded</p></div></div>
<p style="color:#777;font-size:24px">large grey</p>
<div style="background:rgba(0,0,0,.5)"><p style="color:#fff">on half black</p></div>
<input id="twice" style="border:1px solid #ddd"><input id="twice" aria-label="named" style="outline:none">
<button style="width:10px;height:10px;padding:0;border:0;outline:none;position:absolute;top:3000px"></button>
<a href="/x" style="display:inline-block;min-width:30px;min-height:30px"></a>
<table><tr><td>cell</td></tr></table>
</body></html>`;

const GOOD = `<!doctype html><html lang="en"><head><title>Good</title><meta name="viewport" content="width=device-width">
<style>:root{color-scheme:light dark;--accent:#0b5cab}body{background:#fff;color:#111;margin:0}:focus-visible{outline:3px solid var(--accent)}
@media (prefers-color-scheme:dark){:root{--accent:#8ec5ff}body{background:#111;color:#eee}}</style></head>
<body><main><h1>Good</h1><label for="a">Name</label><input id="a" style="border:1px solid #767676;width:90px;height:30px">
<p style="opacity:.85">faded a little</p></main></body></html>`;

describeInBrowser('the rules for pages', () => {
  const open = useBrowser();

  test('notice everything that is wrong with a page', async () => {
    const page = await open({ viewport: { width: 390, height: 844 } });
    await page.setContent(BAD);
    const faults = [...(await pageFaults(page)), ...(await focusFaults(page))].join('\n');
    for (const fault of [
      'no doctype',
      'no lang',
      'no title',
      'forbids zooming',
      'not one main',
      'not one h1',
      'id twice twice',
      'no label: twice',
      'no name: <button',
      'no name: <a',
      'a table without headings',
      'wider than the window',
      'smaller than 24 px: BUTTON',
      'light: 3.54:1 grey on white',
      'light: 3.66:1 faded',
      'light: 3.98:1 on half black',
      'border of INPUT twice',
      'focus not seen: INPUT',
    ])
      expect(faults).toContain(fault);
    expect(faults).not.toContain('large grey');
  });

  test('find nothing wrong with a page that is right', async () => {
    const page = await open({ viewport: { width: 390, height: 844 } });
    await page.setContent(GOOD);
    expect([...(await pageFaults(page)), ...(await focusFaults(page))]).toEqual([]);
  });

  test('notice what a page loads from elsewhere, and what goes wrong in it', async () => {
    const page = await open();
    await page.route('http://own.example.com/', (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: '<img src="http://elsewhere.example.com/pixel.gif"><script>throw new Error("broken")</script>',
      }),
    );
    await page.route('http://elsewhere.example.com/**', (route) => route.abort());
    const watched = watchPage(page);
    await page.goto('http://own.example.com/');
    expect(watched).toEqual({ strangers: ['http://elsewhere.example.com/pixel.gif'], errors: ['broken'] });
  });
});
