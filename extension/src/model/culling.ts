import { CullingApi } from "../api/culling";
import { ICullingState, IStopWarning } from "../api/types";
import { Observable, Scheduler } from "./observables";

const HOUR_SECONDS = 3600;
const USUAL_HOURS = [1, 4, 12];

const LONGEST_PAUSE_MS = 10_000;

/** Requests take their time: below this, two times of the stop are one. */
const SAME_MS = 5000;

/** When this server is stopped and why; `isOver`: it has been. */
export interface IStop extends Pick<IStopWarning, "cause" | "reason"> {
  at_ms: number;
  isOver: boolean;
}

/** Follows what the hub says about the end of this server. */
export class ServerEnd {
  readonly stop: Observable<IStop | null>;
  private _keepAtMostSeconds = 0;
  private _timer = 0;

  constructor(
    private readonly _api: Pick<CullingApi, "state" | "keep">,
    schedule?: Scheduler,
  ) {
    this.stop = new Observable<IStop | null>(null, schedule);
  }

  /** For how long the server may be kept; 0: not at all. */
  get keepAtMostSeconds(): number {
    return this._keepAtMostSeconds;
  }

  /** Ask now, and again for as long as the page is open. */
  async follow(): Promise<void> {
    window.clearTimeout(this._timer);
    let pause_ms = LONGEST_PAUSE_MS;
    try {
      const state = await this._api.state();
      pause_ms = Math.min(pause_ms, state.look_seconds * 1000);
      this._take(state);
    } catch {
      this._note(this.stop.get());
    }
    this._timer = window.setTimeout(() => void this.follow(), pause_ms);
  }

  /** Keep the server for so long. Raises RequestError with the bound if it is too long. */
  async keep(seconds: number): Promise<void> {
    this._take(await this._api.keep(seconds));
  }

  private _take({ warning, keep_at_most_seconds }: ICullingState): void {
    this._keepAtMostSeconds = keep_at_most_seconds;
    if (!warning) {
      this.stop.set(null);
      return;
    }
    const { cause, reason, stop_in_seconds } = warning;
    const known = this.stop.get();
    let at_ms = Date.now() + stop_in_seconds * 1000;
    if (known?.reason === reason && Math.abs(known.at_ms - at_ms) < SAME_MS) {
      at_ms = known.at_ms;
    }
    this.stop.set(equal(known, { at_ms, cause, reason, isOver: false }));
  }

  /** A server that does not answer after it was to be stopped, was. */
  private _note(stop: IStop | null): void {
    if (stop && Date.now() >= stop.at_ms) {
      this.stop.set({ ...stop, isOver: true });
    }
  }
}

/** Return `known` if it says the same, so that nobody is told twice. */
function equal(known: IStop | null, stop: IStop): IStop {
  const isSame =
    known?.at_ms === stop.at_ms && known.reason === stop.reason && known.isOver === stop.isOver;
  return isSame ? known : stop;
}

/** Return for how many seconds a server may be kept, to choose from: some hours, and the most. */
export function keepChoices(atMostSeconds: number): number[] {
  const usual = USUAL_HOURS.map(hours => hours * HOUR_SECONDS);
  return [...usual.filter(seconds => seconds < atMostSeconds), atMostSeconds].filter(
    seconds => seconds > 0,
  );
}

/** Return the choices that reach beyond a stop, none if nothing can. */
export function usefulChoices(atMostSeconds: number, stop: IStop, now_ms: number): number[] {
  if (stop.cause === "lifetime" || stop.isOver) {
    return [];
  }
  return keepChoices(atMostSeconds).filter(seconds => now_ms + seconds * 1000 > stop.at_ms);
}
