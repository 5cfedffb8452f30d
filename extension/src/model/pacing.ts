/**
 * Runs `work` when asked, never twice at once and with a pause in between.
 *
 * Requests that come while it works or pauses count as one, so that a thousand changes a second cost
 * a handful of requests and the last change is always seen. `work` handles its own errors.
 */
export class Paced {
  private _isBusy = false;
  private _isAsked = false;

  constructor(
    private readonly _work: () => Promise<void>,
    private readonly _pause_ms: number,
  ) {}

  readonly request = (): void => {
    this._isAsked = true;
    if (!this._isBusy) {
      void this._run();
    }
  };

  private async _run(): Promise<void> {
    this._isBusy = true;
    while (this._isAsked) {
      this._isAsked = false;
      await this._work();
      await new Promise(resolve => setTimeout(resolve, this._pause_ms));
    }
    this._isBusy = false;
  }
}
