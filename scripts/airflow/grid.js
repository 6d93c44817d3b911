// grid.js takes a picture of a page of Airflow: node grid.js URL FILE
//
// It opens the page in Debian's Chromium, opens the group of tasks that a day
// has, and makes room for the grid beside what the page is of.
const { chromium } = require("playwright-core");

async function main(url, file) {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1360, height: 860 } });
    page.setDefaultTimeout(300_000); // a busy machine is slow
    await page.goto(url);
    await page.getByText("days", { exact: true }).first().waitFor();
    if (!(await page.getByText("publish [ ]").count())) {
      await page.getByLabel("Toggle group").first().click();
      await page.getByText("publish [ ]").first().waitFor();
    }
    const edge = await page.getByRole("separator").first().boundingBox();
    await page.mouse.move(edge.x + edge.width / 2, 600);
    await page.mouse.down();
    await page.mouse.move(440, 600, { steps: 10 });
    await page.mouse.up();
    await page.mouse.move(900, 20);
    await page.waitForLoadState("networkidle");
    await page.screenshot({ path: file });
  } finally {
    await browser.close();
  }
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exit(1);
});
