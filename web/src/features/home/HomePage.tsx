import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useSession } from '@/lib/session';
import { Page } from '@/ui/Page';
import { GuestHome } from './GuestHome';
import { UserHome } from './UserHome';

export function HomePage(): ReactNode {
  const { me, pending } = useSession();
  if (pending)
    return (
      <Page title="Lyceum" width="home">
        <Skeleton height={36} width={320} mb={24} />
        <Skeleton height={160} radius={12} />
      </Page>
    );
  return me ? <UserHome me={me} /> : <GuestHome />;
}
