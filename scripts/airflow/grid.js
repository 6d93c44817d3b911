// grid.js takes a picture of a page of Airflow: node grid.js URL FILE
//
// It opens the page in Debian's Chromium, waits until the grid has its tasks,
// and opens the group of tasks that a day has.
const { chromium } = require("playwright-core");

async function main(url, file) {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    page.setDefaultTimeout(300_000);
    await page.goto(url);
    await page.getByText("days", { exact: true }).first().waitFor();
    await page.getByLabel("Toggle group").first().click({ timeout: 5_000 }).catch(() => {});
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
