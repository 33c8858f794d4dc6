// Small line drawings for empty places.
import type { ReactNode } from 'react';

export type DrawingName = 'nothing' | 'door' | 'letter' | 'shelf' | 'medal' | 'key';

const LINES: Record<DrawingName, string> = {
  nothing: 'M24 70h72M36 70V34a24 24 0 0 1 48 0v36M50 44h.1M70 44h.1M52 56c5-4 11-4 16 0',
  door: 'M20 74h80M38 74V16h44v58M46 74V24h28v50M68 50h.1M88 74V40',
  letter: 'M24 26h72v46H24zM24 28l36 26 36-26M24 71l26-24M96 71L70 47',
  shelf: 'M22 74h76M30 74V26h12v48M46 74V18h14v56M66 73l12-46 11 3-12 46M30 36h12M46 30h14',
  medal:
    'M44 16l10 24M76 16L66 40M60 76a19 19 0 1 0 0-38 19 19 0 0 0 0 38zM60 48l3 6 6 1-4.500 4.500 1 6.500-5.500-3-5.500 3 1-6.500L51 55l6-1z',
  key: 'M42 58a14 14 0 1 0 0-28 14 14 0 0 0 0 28zM56 44h40M84 44v12M94 44v9M42 44h.1',
};

export function Drawing({ name }: { name: DrawingName }): ReactNode {
  return (
    <svg
      width="120"
      height="90"
      viewBox="0 0 120 90"
      fill="none"
      stroke="var(--faint)"
      strokeWidth="1.75"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={LINES[name]} />
    </svg>
  );
}
