import { Button, FileButton } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, attempt, type Result } from '@/lib/http';
import { useProblemWords } from '@/lib/problemWords';
import { me as meQuery, queryClient } from '@/lib/queries';
import type { Me } from '@/lib/shapes';
import { Avatar } from '@/ui/bits';
import { FormProblem } from '@/ui/states';
import classes from './Account.module.css';
import { isPicture, PICTURE_MAX, toBase64 } from './picture';

interface Chosen {
  bytes: Uint8Array;
  url: string;
}

/** Choose, look at it, use it. */
export function PictureSection({ me }: { me: Me }): ReactNode {
  const { t } = useTranslation();
  const say = useProblemWords();
  const [chosen, setChosen] = useState<Chosen>();
  const [message, setMessage] = useState<string>();
  const [busy, setBusy] = useState(false);
  useEffect(() => () => URL.revokeObjectURL(chosen?.url ?? ''), [chosen]);

  const choose = async (file: File | null): Promise<void> => {
    if (!file) return;
    setMessage(undefined);
    if (file.size > PICTURE_MAX) return setMessage(t('profile.pictureBig'));
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (!isPicture(bytes)) return setMessage(t('profile.pictureKind'));
    setChosen({ bytes, url: URL.createObjectURL(new Blob([bytes])) });
  };
  const send = async (call: Promise<Result<unknown>>): Promise<void> => {
    setBusy(true);
    const result = await call;
    setBusy(false);
    if (!result.ok) return setMessage(say(result.problem));
    setChosen(undefined);
    await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
  };
  const use = ({ bytes }: Chosen): Promise<void> =>
    send(attempt(api.PUT('/api/v1/me/picture', { body: { picture: toBase64(bytes) } })));
  return (
    <section className={`card ${classes.section}`} aria-labelledby="picture">
      <h2 id="picture">{t('profile.picture')}</h2>
      <FormProblem message={message} />
      <div className={classes.picture}>
        <Avatar name={me.nickname} picture={chosen?.url ?? me.picture_url} size={72} />
        <div className="grow col">
          <p className="sm dim">{t('profile.pictureWhy')}</p>
          <div className="row wrap">
            {chosen && (
              <Button onClick={() => void use(chosen)} loading={busy}>
                {t('profile.usePicture')}
              </Button>
            )}
            <FileButton
              accept="image/png,image/jpeg,image/webp"
              onChange={(file) => void choose(file)}
              inputProps={{ 'aria-label': t('profile.choose') }}
            >
              {(props) => (
                <Button variant="default" {...props}>
                  {t('profile.choose')}
                </Button>
              )}
            </FileButton>
            {chosen && (
              <Button variant="subtle" onClick={() => setChosen(undefined)}>
                {t('cancel')}
              </Button>
            )}
            {!chosen && me.picture_url && (
              <Button
                variant="subtle"
                onClick={() => void send(attempt(api.DELETE('/api/v1/me/picture')))}
                loading={busy}
              >
                {t('profile.removePicture')}
              </Button>
            )}
          </div>
        </div>
      </div>
    </section>
  );
}
