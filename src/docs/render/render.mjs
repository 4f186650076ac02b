// Draws every model in bpmn/ as a PNG in src/docs, at twice the size it is meant to be read at.
//
//   cd src/docs/render && npm install && npm run render [-- order payment …]
//
// Needs a Chromium (apt install chromium fonts-liberation); CHROMIUM names another binary.

import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const models = join(here, '..', '..', '..', 'bpmn');
const pictures = join(here, '..');
const margin = 16;
const fonts = 'Arial, "Liberation Sans", sans-serif';

const viewerScript = createRequire(import.meta.url).resolve('bpmn-js/dist/bpmn-viewer.production.min.js');
const chosen = process.argv.slice(2);
const names = (await readdir(models))
  .filter((file) => file.endsWith('.bpmn'))
  .map((file) => basename(file, '.bpmn'))
  .filter((name) => chosen.length === 0 || chosen.includes(name))
  .sort();
if (names.length === 0) throw new Error(`no such model in ${models}: ${chosen.join(', ') || '*.bpmn'}`);

const profile = await mkdtemp(join(tmpdir(), 'orderflow-diagrams-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  headless: true,
  deviceScaleFactor: 2,
  viewport: { width: 1600, height: 900 },
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
    '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const page = await browser.newPage();
  for (const name of names) {
    await page.setContent('<!doctype html><style>body{margin:0;background:#fff}.bjs-powered-by{display:none}</style><div id="canvas"></div>');
    await page.addScriptTag({ path: viewerScript });
    const size = await page.evaluate(draw, { xml: await readFile(join(models, `${name}.bpmn`), 'utf8'), margin, fonts });
    await page.setViewportSize(size);
    await page.locator('#canvas').screenshot({ path: join(pictures, `${name}.png`) });
    console.log(`${name}.png ${2 * size.width} x ${2 * size.height}`);
  }
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}

/** Runs in the page: shows the model at its own size and says how large that is. */
async function draw({ xml, margin, fonts }) {
  const container = document.getElementById('canvas');
  const viewer = new window.BpmnJS({
    container,
    textRenderer: {
      defaultStyle: { fontFamily: fonts, fontSize: 15 },
      externalStyle: { fontFamily: fonts, fontSize: 14 },
    },
  });
  const { warnings } = await viewer.importXML(xml);
  if (warnings.length > 0) throw new Error(warnings.map((warning) => warning.message).join('\n'));
  const canvas = viewer.get('canvas');
  // What is really drawn decides, label texts included, which may be larger than their bounds.
  const { x, y, width, height } = canvas.getActiveLayer().getBBox();
  const size = { width: Math.ceil(width) + 2 * margin, height: Math.ceil(height) + 2 * margin };
  container.style.width = `${size.width}px`;
  container.style.height = `${size.height}px`;
  canvas.resized();
  canvas.viewbox({ x: x - margin, y: y - margin, ...size });
  return size;
}
