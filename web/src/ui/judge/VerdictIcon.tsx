import {
  IconAlertTriangle,
  IconCheck,
  IconClock,
  IconLoader2,
  IconMinus,
  IconX,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { toneOf } from '@/lib/verdict';
import classes from './Results.module.css';

const ICONS = { ok: IconCheck, bad: IconX, warn: IconClock, plain: IconMinus };

export function VerdictIcon({ status }: { status: string }): ReactNode {
  const tone = toneOf(status);
  if (status === 'RUNNING' || status === 'QUEUED')
    return <IconLoader2 size={16} className={`faint ${classes.spin}`} aria-hidden />;
  const Icon = tone === 'warn' && !status.endsWith('TLE') ? IconAlertTriangle : ICONS[tone];
  return <Icon size={16} stroke={2} className={tone === 'plain' ? 'faint' : tone} aria-hidden />;
}
