// The words of the gateway's protocol (docs/gateway.md).

export interface Frame {
  op: number;
  t?: string;
  s?: number;
  d?: unknown;
}

export const DISPATCH = 0;
export const HEARTBEAT = 1;
export const IDENTIFY = 2;
export const RESUME = 6;
export const RECONNECT = 7;
export const INVALID_SESSION = 9;
export const HELLO = 10;
export const HEARTBEAT_ACK = 11;

export const CLOSE_AND_RESUME = 4000;
export const SIGNED_OUT = 4004;
export const NOT_RESUMABLE = new Set([4001, 4002, 4003, 4005, 4007]);

const LONGEST_PAUSE_S = 60;

/** Before attempt n (0, 1, …): twice as long each time, with chance in it, so that a crowd spreads out. */
export const pauseMs = (attempt: number, random: number): number =>
  1000 * Math.min(LONGEST_PAUSE_S, 2 ** attempt) * (0.5 + random / 2);

export function parse(data: unknown): Frame | undefined {
  try {
    const frame: unknown = JSON.parse(String(data));
    return typeof frame === 'object' && frame !== null ? (frame as Frame) : undefined;
  } catch {
    return undefined;
  }
}
