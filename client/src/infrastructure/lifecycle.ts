// Collects what must be disposed together.
import type { Disposable } from 'vscode';

/** A bag of disposables; disposing it disposes them, last added first. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];

  add<T extends Disposable>(item: T): T {
    this.items.push(item);
    return item;
  }

  dispose(): void {
    for (const item of this.items.splice(0).reverse()) {
      item.dispose();
    }
  }
}
