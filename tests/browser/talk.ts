// What the tests of Talk share: a server to meet in, and the parts of its page.
import type { Visitor } from '../lib/browser.ts';
import type { Client } from '../lib/client.ts';
import { key } from '../lib/world.ts';

export interface Place {
  serverId: string;
  channelId: string;
  path: string;
}

// A public server of `owner` that the others have joined, with its first channel.
export async function place(name: string, owner: Client, ...others: Client[]): Promise<Place> {
  const server = (await owner.post('/api/v1/servers', { name, description: `About ${name}`, public: true }, key())).body;
  for (const other of others) await other.post(`/api/v1/servers/${server.id}/join`, {});
  const { channels } = (await owner.get(`/api/v1/servers/${server.id}/channels`)).body;
  const channelId = channels.find((each: { type: string }) => each.type === 'text').id;
  return { serverId: server.id, channelId, path: `/talk/${server.id}/${channelId}` };
}

export const say = async (who: Client, { channelId }: Place, content: string) =>
  (await who.post(`/api/v1/channels/${channelId}/messages`, { content }, key())).body;

export const box = (who: Visitor) => who.page.getByRole('textbox', { name: /^Message #/ });
export const list = (who: Visitor) => who.page.getByRole('list', { name: /^Messages in/ });
export const message = (who: Visitor, text: string | RegExp) => who.page.getByRole('article').filter({ hasText: text });

export async function write(who: Visitor, text: string): Promise<void> {
  await box(who).fill(text);
  await box(who).press('Enter');
}
