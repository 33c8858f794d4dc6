import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatNumber } from '@/lib/format';
import { points } from '@/lib/queries';
import type { Me } from '@/lib/shapes';
import classes from './UserHome.module.css';
import { type Day, thisWeek } from './week';

/** Points and rank, and on which days of this week points were earned. */
export function WeekCard({ me }: { me: Me }): ReactNode {
  const { t, i18n } = useTranslation();
  const { data } = useQuery(points());
  const days = thisWeek(data?.points ?? [], new Date());
  const gained = days.reduce((sum, day) => sum + day.points, 0);
  return (
    <section className="card" aria-labelledby="this-week">
      <header className={classes.weekHead}>
        <h2 className="grow" id="this-week">
          {t('home.week')}
        </h2>
        <Link to="/ranking" className="link sm">
          {t('ranking.title')}
        </Link>
      </header>
      <div className={classes.figures}>
        <div>
          <div className={`${classes.big} num`}>
            {formatNumber(me.points.balance, i18n.language)}
          </div>
          <div className="xs dim num">
            {gained > 0 ? (
              <>
                <span className="ok b">+{gained}</span> {t('home.thisWeek')}
              </>
            ) : (
              t('points.word', { count: me.points.balance })
            )}
          </div>
        </div>
        <div style={{ textAlign: 'right' }}>
          <div className={`${classes.big} num`}>
            {t('home.place', { count: me.rank, ordinal: true })}
          </div>
          <div className="xs dim">{t('home.rank')}</div>
        </div>
      </div>
      <Days days={days} />
    </section>
  );
}

function Days({ days }: { days: Day[] }): ReactNode {
  const { t, i18n } = useTranslation();
  const most = Math.max(...days.map((day) => day.points), 1);
  const short = new Intl.DateTimeFormat(i18n.language, { weekday: 'narrow' });
  const long = new Intl.DateTimeFormat(i18n.language, { weekday: 'long' });
  return (
    <ol className={classes.week} aria-label={t('home.days')}>
      {days.map((day) => (
        <li
          key={day.at}
          className={classes.day}
          data-today={day.today || undefined}
          title={t('home.dayPoints', { day: long.format(day.at), count: day.points })}
        >
          <span className={classes.column}>
            <i
              data-none={day.points <= 0 || undefined}
              style={{ height: day.points > 0 ? `${Math.max(12, (day.points / most) * 100)}%` : 4 }}
            />
          </span>
          {short.format(day.at)}
        </li>
      ))}
    </ol>
  );
}
