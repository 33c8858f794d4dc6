import type { ReactNode } from 'react';
import { ProblemError } from '@/lib/problem';
import { ErrorPanel, Lines } from '@/ui/states';
import { nothing } from './core/history';
import { loader } from './live';
import { Messages, type MessagesProps } from './Messages';
import { useTalk } from './store';
import classes from './Talk.module.css';

/** A channel's messages, or that they are on their way, or why there are none. */
export function MessageList(props: MessagesProps): ReactNode {
  const { id } = props.channel;
  const history = useTalk((state) => state.histories.get(id) ?? nothing);
  const problem = useTalk((state) => state.loading.get(id)?.problem);
  if (history.loaded) return <Messages {...props} history={history} />;
  return (
    <div className={classes.messages}>
      <div className={classes.waiting}>
        {problem ? (
          <ErrorPanel error={new ProblemError(problem)} retry={() => void loader.open(id)} />
        ) : (
          <Lines count={6} height={40} />
        )}
      </div>
    </div>
  );
}
