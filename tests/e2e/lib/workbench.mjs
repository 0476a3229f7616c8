// VS Code's window in a browser page: the few gestures the flows need.

const patience = 30_000;

export class Workbench {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(patience);
  }

  async open(address) {
    await this.page.goto(address);
    await this.waitForExplorer();
    await this.waitForExtension();
  }

  async waitForExplorer() {
    await this.page.locator('.monaco-workbench .explorer-folders-view .monaco-list-row').first().waitFor({ timeout: 60_000 });
  }

  /**
   * In the first window after an install a click may come before extensions are known, and VS Code then shows its own page for
   * large files. The palette says when they are.
   */
  async waitForExtension() {
    const input = await this.quickInput('F1');
    for (const start = Date.now(); ; ) {
      await input.fill('>VaQuest: Show Log');
      const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'VaQuest: Show Log' }).first();
      if (await this.appears(row, 1000)) {
        break;
      }
      if (Date.now() - start > patience) {
        throw new Error('the extension was not installed');
      }
      await input.fill('');
    }
    await input.press('Escape');
  }

  async clickInExplorer(name) {
    const rows = this.page.locator('.explorer-folders-view .monaco-list-row');
    await rows.filter({ hasText: new RegExp(`^${name}$`) }).first().click();
  }

  /**
   * Opens a dump by a click and waits for its report. A click in the first moments of a window after an install may still reach VS Code's own
   * page for large files, which then stays: closing it and clicking again is what a person does. A dump that hangs fails here all the same.
   */
  async openDumpInExplorer(name) {
    await this.clickInExplorer(name);
    if (!(await this.appears(this.tab('report.crash').first(), patience / 2))) {
      console.log(`        the first click on ${name} did not bring the report; clicking again`);
      await this.command('View: Close All Editors');
      await this.clickInExplorer(name);
    }
    await this.waitForTab('report.crash');
  }

  /** Runs a command by its title in the palette; the first title that is listed. */
  async command(...titles) {
    // An editor that is still being restored takes the focus, and the palette closes: then once more.
    for (let tries = 3; tries > 0; tries--) {
      const input = await this.quickInput('F1');
      for (const title of titles) {
        const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title.split(': ').at(-1) }).first();
        if ((await this.manages(input.fill(`>${title}`, { timeout: 5000 }))) && (await this.appears(row, 5000)) && (await this.manages(row.click({ timeout: 5000 })))) {
          await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
          return;
        }
      }
    }
    throw new Error(`the palette does not offer ${titles.join(' or ')}`);
  }

  async quickOpen(name) {
    const input = await this.quickInput('Control+p');
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row').first().waitFor();
    await this.page.waitForTimeout(500);
    await input.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  async quickInput(key) {
    await this.page.keyboard.press(key);
    const input = this.page.locator('.quick-input-widget input').first();
    await input.waitFor();
    return input;
  }

  appears(locator, timeout) {
    return this.manages(locator.waitFor({ timeout }));
  }

  /** True when a gesture worked within its time. */
  async manages(gesture) {
    try {
      await gesture;
      return true;
    } catch {
      return false;
    }
  }

  tab(name) {
    return this.page.locator('.tabs-container .tab').filter({ hasText: name });
  }

  async waitForTab(name) {
    await this.tab(name).first().waitFor();
  }

  async waitForNoTab(name) {
    await this.tab(name).first().waitFor({ state: 'detached' });
  }

  /** Waits until an editor shows a text; editors draw spaces as no-break spaces and each line by itself. */
  async waitForText(text) {
    await this.page.waitForFunction(
      (wanted) =>
        [...document.querySelectorAll('.editor-instance .view-line')].some((line) =>
          (line.textContent ?? '').replaceAll('\u00a0', ' ').includes(wanted),
        ),
      text,
      { timeout: patience },
    );
  }

  /** Waits until the language status of the active editor says all of the texts. */
  async waitForLanguageStatus(...texts) {
    const item = texts.map((text) => `[aria-label*="${text}"]`).join('');
    await this.page.locator(`.statusbar-item${item}, .statusbar-item ${item}`).first().waitFor();
  }

  /** Answers the dialog for a folder, which in the browser is a text field. */
  async chooseFolder(folder) {
    const widget = this.page.locator('.quick-input-widget');
    const input = widget.locator('input').first();
    await input.waitFor();
    // The field is filled with the folder it starts in once that has been read, whatever stands there by then.
    for (const start = Date.now(); Date.now() - start < patience; ) {
      await input.fill(`${folder}/`);
      await this.page.waitForTimeout(700);
      const isKept = (await input.inputValue()) === `${folder}/`;
      const select = widget.getByRole('button', { name: 'Select', exact: true }).first();
      if (isKept && (await this.manages(select.click({ timeout: 2000 }))) && (await this.manages(widget.waitFor({ state: 'hidden', timeout: 2000 })))) {
        return;
      }
    }
    throw new Error(`the dialog does not take ${folder}`);
  }

  /** Waits until the status bar says the cursor is on a line. */
  async waitForLine(line) {
    await this.page.locator('.statusbar-item').filter({ hasText: new RegExp(`Ln ${line}\\b`) }).first().waitFor();
  }

  /** Ctrl-clicks the link that stands on a function's name in the focused editor. */
  async followLink(functionName) {
    // The find widget goes on from the cursor; the panic's stack is near the top.
    await this.page.keyboard.press('Control+Home');
    await this.goToText(`${functionName}+0x`, functionName);
    const link = this.page.locator('.editor-instance .view-line', { hasText: functionName }).locator('.detected-link');
    await link.last().waitFor();
    const target = link.filter({ hasText: functionName }).last();
    await ((await target.count()) > 0 ? target : link.last()).click({ modifiers: ['Control'] });
  }

  /** Scrolls the focused editor to the first place of one of the texts, by the find widget. */
  async goToText(...texts) {
    for (const text of texts) {
      await this.page.keyboard.press('Control+f');
      const find = this.page.locator('.find-widget.visible textarea').first();
      await find.waitFor();
      await find.fill(text);
      await find.press('Enter');
      await this.page.waitForTimeout(300);
      const found = await this.page.locator('.find-widget.visible.no-results').count();
      await this.page.keyboard.press('Escape');
      if (found === 0) {
        return;
      }
    }
    throw new Error(`no editor text matches ${texts.join(' or ')}`);
  }

  /** Clicks a link of the visible web view by its label. */
  async clickInWebview(label) {
    for (const frame of this.page.frames().filter((item) => item !== this.page.mainFrame())) {
      const link = frame.locator('a', { hasText: label }).first();
      if ((await link.count().catch(() => 0)) > 0) {
        await link.click();
        return;
      }
    }
    throw new Error(`no page has the link ${label}`);
  }

  /** The text of the first web view that matches, once it has an element of the wanted kind. */
  async webviewText(pattern, selector) {
    for (const start = Date.now(); Date.now() - start < patience; ) {
      for (const frame of this.page.frames().filter((item) => item !== this.page.mainFrame())) {
        const text = await frame.evaluate((wanted) => (document.querySelector(wanted) ? document.body.innerText : ''), selector).catch(() => '');
        if (pattern.test(text) && text.trim() !== '' && !/Opening…/.test(text)) {
          return text;
        }
      }
      await this.page.waitForTimeout(200);
    }
    throw new Error(`no page matches ${pattern}`);
  }
}
