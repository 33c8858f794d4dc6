// What a session may see is asked of servers and messages: when it begins, and whenever an event
// says that it may have changed. Meanwhile the session's part of the stream waits, so that nothing
// goes to who may no longer see it, and nothing is lost for who now may. Then the difference is
// told, and the stream goes on.

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/log.h"
#include "services/realtime/connection.h"
#include "services/realtime/hub.h"
#include "services/realtime/sequencer.h"

namespace lyceum::realtime {
namespace {

constexpr int failures_max = 6;
constexpr std::int64_t retry_ms = 100;  // and twice as long each time

const servers::v1::Membership* find_server(const Snapshot& snapshot, std::int64_t server_id) {
  for (const auto& membership : snapshot.memberships.memberships())
    if (membership.server().id() == server_id) return &membership;
  return nullptr;
}

const servers::v1::Channel* find_channel(const Snapshot& snapshot, const ChannelView& view) {
  const auto* membership = find_server(snapshot, view.server_id);
  if (membership == nullptr) return nullptr;
  for (const auto& channel : membership->channels())
    if (channel.id() == view.channel_id) return &channel;
  return nullptr;
}

std::vector<std::int64_t> channel_ids(const std::vector<ChannelView>& views) {
  std::vector<std::int64_t> ids;
  for (const auto& view : views) ids.push_back(view.channel_id);
  return ids;
}

bool has_server(const Session& session, std::int64_t id) {
  return std::ranges::binary_search(session.servers, id, {}, &ServerView::server_id);
}

bool has_channel(const Session& session, std::int64_t id) {
  return std::ranges::binary_search(session.channels, id, {}, &ChannelView::channel_id);
}

std::int64_t last_seq(const Snapshot& snapshot, std::int64_t channel_id) {
  const auto found = snapshot.states.find(channel_id);
  return found == snapshot.states.end() ? 0 : found->second.last_seq();
}

ChannelView view_of(const servers::v1::Channel& channel, const Snapshot& snapshot) {
  return {channel.id(), channel.server_id(), last_seq(snapshot, channel.id()),
          channel.permissions()};
}

std::vector<ChannelView> gained(const Session& session, const Snapshot& snapshot) {
  std::vector<ChannelView> views;
  for (const auto& membership : snapshot.memberships.memberships())
    for (const auto& channel : membership.channels())
      if (!has_channel(session, channel.id())) views.push_back(view_of(channel, snapshot));
  return views;
}

}  // namespace

void Hub::start_sync(Session& session, const SharedBatch& batch, std::size_t from) {
  session.syncing = true;
  syncing_.insert(&session);
  if (batch) session.waiting.push_back({batch, from});
  ask(session);
}

void Hub::ask(Session& session) {
  session.retry_at = 0;
  gateway_.sequencer->begin(*this, session.id, session.user_id, ++session.sync);
}

void Hub::start_fetch(const std::string& session_id, std::uint64_t sync) {
  auto* session = find(session_id);
  if (session == nullptr || session->sync != sync || gateway_.stopped())
    return gateway_.sequencer->known(*this, {}, [](bool) {});
  session->covered = session->waiting.size();
  gateway_.spawn(loop_, fetch(gateway_.shared_from_this(), this, session_id, sync, session->user_id,
                              channel_ids(session->channels)));
}

Task<void> Hub::fetch(std::shared_ptr<Gateway> gateway,
                      Hub* hub,
                      std::string session_id,
                      std::uint64_t sync,
                      std::int64_t user_id,
                      std::vector<std::int64_t> known) {
  servers::v1::ListMembershipsRequest request;
  request.set_user_id(user_id);
  auto memberships =
      co_await gateway->servers.list_memberships(Call::of_service(), std::move(request));
  if (!memberships) co_return hub->fetched(session_id, sync, std::nullopt);
  Snapshot snapshot{*std::move(memberships), {}};
  messages::v1::ListReadStatesRequest question;
  question.set_user_id(user_id);
  for (const auto& membership : snapshot.memberships.memberships())
    for (const auto& channel : membership.channels())
      if (!std::ranges::binary_search(known, channel.id())) question.add_channel_ids(channel.id());
  if (question.channel_ids_size() > 0) {
    const auto states =
        co_await gateway->messages.list_read_states(Call::of_service(), std::move(question));
    if (!states) co_return hub->fetched(session_id, sync, std::nullopt);
    for (const auto& state : states->states()) snapshot.states[state.channel_id()] = state;
  }
  hub->fetched(session_id, sync, std::move(snapshot));
}

void Hub::fetched(const std::string& session_id,
                  std::uint64_t sync,
                  std::optional<Snapshot> snapshot) {
  auto* session = find(session_id);
  const bool wanted = session != nullptr && session->sync == sync;
  if (!wanted || !snapshot) {
    gateway_.sequencer->known(*this, {}, [](bool) {});
    if (wanted) sync_failed(*session);
    return;
  }
  auto views = gained(*session, *snapshot);
  gateway_.sequencer->known(
      *this, std::move(views),
      [this, session_id, sync, shared = std::make_shared<const Snapshot>(*std::move(snapshot))](
          bool current) { finish_sync(session_id, sync, current ? shared.get() : nullptr); });
}

// An error is no permission: the session waits, and in the end its client has to begin anew.
void Hub::sync_failed(Session& session) {
  if (++session.failures > failures_max) {
    log::error("what a session may see could not be found out");
    return drop(session, close_code::unknown_error, "try again");
  }
  session.retry_at = gateway_.clock.now_ms() + (retry_ms << session.failures);
}

void Hub::finish_sync(const std::string& session_id, std::uint64_t sync, const Snapshot* snapshot) {
  auto* session = find(session_id);
  if (session == nullptr || session->sync != sync) return;
  if (snapshot == nullptr) return sync_failed(*session);
  session->failures = 0;
  apply(*session, *snapshot);
  session->syncing = false;
  syncing_.erase(session);
  apply_waiting(*session);
}

// Tells the difference between what the session saw and what it may see: all of it when it is new.
void Hub::apply(Session& session, const Snapshot& snapshot) {
  const bool fresh = !std::exchange(session.ready, true);
  take_away(session, snapshot);
  tell_changes(session, snapshot);
  std::string servers;
  for (const auto& membership : snapshot.memberships.memberships()) {
    const auto& server = membership.server();
    const bool joined = !has_server(session, server.id());
    if (joined) add_server(session, {server.id(), server.permissions()});
    if (fresh) servers += (servers.empty() ? "" : ",") + membership_json(membership, snapshot);
    if (joined && !fresh)
      dispatch(session, event_text("SERVER_CREATE", membership_json(membership, snapshot)));
    for (const auto& channel : membership.channels()) {
      if (has_channel(session, channel.id())) continue;
      add_channel(session, view_of(channel, snapshot));
      if (!joined) dispatch(session, event_text("CHANNEL_CREATE", channel_json(channel, snapshot)));
    }
  }
  if (fresh)
    dispatch(session,
             event_text("READY",
                        fmt::format(R"({{"session_id":"{}","user":{{"id":"{}"}},"servers":[{}]}})",
                                    session.id, session.user_id, servers)));
}

void Hub::take_away(Session& session, const Snapshot& snapshot) {
  for (const auto& [id, _] : std::vector<ServerView>(session.servers)) {
    if (find_server(snapshot, id) != nullptr) continue;
    for (const auto& view : std::vector<ChannelView>(session.channels))
      if (view.server_id == id) remove_channel(session, view.channel_id);
    remove_server(session, id);
    dispatch(session, event_text("SERVER_DELETE", fmt::format(R"({{"id":"{}"}})", id)));
  }
  for (const auto& view : std::vector<ChannelView>(session.channels)) {
    if (find_channel(snapshot, view) != nullptr) continue;
    remove_channel(session, view.channel_id);
    dispatch(session, event_text("CHANNEL_DELETE", fmt::format(R"({{"id":"{}","server_id":"{}"}})",
                                                               view.channel_id, view.server_id)));
  }
}

// What the user may do in what he saw before and still sees.
void Hub::tell_changes(Session& session, const Snapshot& snapshot) {
  for (auto& view : session.servers) {
    const auto& server = find_server(snapshot, view.server_id)->server();
    if (std::exchange(view.permissions, server.permissions()) != server.permissions())
      dispatch(session, event_text("SERVER_UPDATE", gateway_.json(server)));
  }
  for (auto& view : session.channels) {
    const auto& channel = *find_channel(snapshot, view);
    if (std::exchange(view.permissions, channel.permissions()) != channel.permissions())
      dispatch(session, event_text("CHANNEL_UPDATE", gateway_.json(channel)));
  }
}

// Until the end, or until one of the waiting events asks again.
void Hub::apply_waiting(Session& session) {
  const auto waiting = std::exchange(session.waiting, {});
  const std::size_t covered = std::exchange(session.covered, 0);
  for (std::size_t k = 0; k < waiting.size(); ++k) {
    const auto& [batch, from] = waiting[k];
    for (std::size_t i = from; i < batch->size(); ++i) {
      const Item& item = (*batch)[i];
      if (!concerns(session, item)) continue;
      if (item.kind != Item::Kind::structure) {
        dispatch(session, item.text);
      } else if (k >= covered) {
        start_sync(session, batch, i + 1);
        session.waiting.insert(session.waiting.end(),
                               waiting.begin() + static_cast<std::ptrdiff_t>(k) + 1, waiting.end());
        return;
      }
    }
  }
}

std::string Hub::channel_json(const servers::v1::Channel& channel, const Snapshot& snapshot) const {
  const auto found = snapshot.states.find(channel.id());
  const auto state = found == snapshot.states.end() ? messages::v1::ReadState() : found->second;
  return with_members(gateway_.json(channel),
                      fmt::format(R"("last_message_id":"{}","last_seq":{},"last_read_id":"{}")",
                                  state.last_message_id(), state.last_seq(), state.last_read_id()));
}

std::string Hub::membership_json(const servers::v1::Membership& membership,
                                 const Snapshot& snapshot) const {
  std::string channels;
  for (const auto& channel : membership.channels())
    channels += (channels.empty() ? "" : ",") + channel_json(channel, snapshot);
  return fmt::format(R"({{"server":{},"channels":[{}]}})", gateway_.json(membership.server()),
                     channels);
}

}  // namespace lyceum::realtime
