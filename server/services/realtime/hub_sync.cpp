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

const Snapshot::Server* find_server(const Snapshot& snapshot, std::int64_t server_id) {
  for (const auto& seen : snapshot.servers)
    if (seen.server.id() == server_id) return &seen;
  return nullptr;
}

const servers::v1::Channel* find_channel(const Snapshot& snapshot, const ChannelView& view) {
  const auto* seen = find_server(snapshot, view.server_id);
  if (seen == nullptr) return nullptr;
  for (const auto& channel : seen->channels)
    if (channel.id() == view.channel_id) return &channel;
  return nullptr;
}

ChannelIds channel_ids(const std::vector<ChannelView>& views) {
  ChannelIds ids;
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
  for (const auto& seen : snapshot.servers)
    for (const auto& channel : seen.channels)
      if (!has_channel(session, channel.id())) views.push_back(view_of(channel, snapshot));
  return views;
}

bool any_of(const std::vector<ChannelView>& views, const ChannelIds& ids) {
  return std::ranges::any_of(views, [&](const auto& view) {
    return std::ranges::find(ids, view.channel_id) != ids.end();
  });
}

}  // namespace

void Hub::start_sync(Session& session, const SharedBatch& batch, std::size_t from) {
  session.syncing = true;
  syncing_.insert(&session);
  if (batch) session.waiting.push_back({batch, from});
  ask(session);
}

// Together with all others that have to ask now.
void Hub::ask(Session& session) {
  session.retry_at = 0;
  asking_.push_back({session.id, ++session.sync, session.user_id, {}});
  if (asking_.size() == 1) gateway_.post(loop_, [this] { begin_look(); });
}

// nullptr: it has gone, or has asked again since.
Session* Hub::who_asks(const Question& question) {
  auto* session = find(question.session_id);
  return session != nullptr && session->sync == question.sync ? session : nullptr;
}

void Hub::begin_look() {
  std::vector<Question> part;
  const auto begin = [&] {
    if (!part.empty()) gateway_.sequencer->begin(*this, std::exchange(part, {}));
  };
  for (auto& question : std::exchange(asking_, {})) {
    if (who_asks(question) == nullptr) continue;
    part.push_back(std::move(question));
    if (part.size() == questions_max) begin();
  }
  begin();
}

void Hub::start_look(std::vector<Question> questions) {
  std::erase_if(questions, [&](const Question& one) { return who_asks(one) == nullptr; });
  if (questions.empty() || gateway_.stopped())
    return gateway_.sequencer->known(*this, {}, [](const auto&) {});
  for (auto& question : questions) {
    auto& session = *who_asks(question);
    session.covered = session.waiting.size();
    question.known = channel_ids(session.channels);
  }
  gateway_.spawn(loop_, look_for(gateway_.shared_from_this(), this, std::move(questions)));
}

Task<void> Hub::look_for(std::shared_ptr<Gateway> gateway,
                         Hub* hub,
                         std::vector<Question> questions) {
  auto snapshots = co_await look(gateway, questions);
  hub->seen(std::move(questions), std::move(snapshots));
}

void Hub::seen(std::vector<Question> questions, Result<Snapshots> snapshots) {
  std::erase_if(questions, [&](const Question& one) { return who_asks(one) == nullptr; });
  if (!snapshots) {
    gateway_.sequencer->known(*this, {}, [](const auto&) {});
    for (const auto& question : questions) sync_failed(*who_asks(question));
    return;
  }
  std::vector<ChannelView> views;
  for (auto& question : questions) {
    question.gained = gained(*who_asks(question), (*snapshots)[question.user_id]);
    views.insert(views.end(), question.gained.begin(), question.gained.end());
  }
  gateway_.sequencer->known(
      *this, std::move(views),
      [this, questions = std::move(questions),
       shared = std::make_shared<const Snapshots>(*std::move(snapshots))](const ChannelIds& late) {
        for (const auto& question : questions)
          finish_sync(question,
                      any_of(question.gained, late) ? nullptr : &shared->at(question.user_id));
      });
}

// An error is no permission: the session waits, and in the end its client has to begin anew.
void Hub::sync_failed(Session& session) {
  if (++session.failures > failures_max) {
    log::error("what a session may see could not be found out");
    return drop(session, close_code::unknown_error, "try again");
  }
  session.retry_at = gateway_.clock.now_ms() + (retry_ms << session.failures);
}

void Hub::finish_sync(const Question& question, const Snapshot* snapshot) {
  auto* session = who_asks(question);
  if (session == nullptr || snapshot == nullptr) gateway_.sequencer->unview(question.gained);
  if (session == nullptr) return;
  if (snapshot == nullptr) return sync_failed(*session);
  session->failures = 0;
  apply(*session, *snapshot);
  session->syncing = false;
  syncing_.erase(session);
  apply_waiting(*session, snapshot);
}

// Tells the difference between what the session saw and what it may see: all of it when it is new.
void Hub::apply(Session& session, const Snapshot& snapshot) {
  const bool fresh = !std::exchange(session.ready, true);
  take_away(session, snapshot);
  tell_changes(session, snapshot);
  std::string servers;
  for (const auto& seen : snapshot.servers) {
    const auto& server = seen.server;
    const bool joined = !has_server(session, server.id());
    if (joined) add_server(session, {server.id(), server.permissions(), server.member_count()});
    if (fresh) servers += (servers.empty() ? "" : ",") + membership_json(seen, snapshot);
    if (joined && !fresh)
      dispatch(session, event_text("SERVER_CREATE", membership_json(seen, snapshot)));
    for (const auto& channel : seen.channels) {
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
  for (const auto& lost : std::vector<ServerView>(session.servers)) {
    const auto id = lost.server_id;
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
    const auto& server = find_server(snapshot, view.server_id)->server;
    if (std::exchange(view.permissions, server.permissions()) == server.permissions()) continue;
    view.member_count = server.member_count();
    dispatch(session, event_text("SERVER_UPDATE", gateway_.json(server)));
  }
  for (auto& view : session.channels) {
    const auto& channel = *find_channel(snapshot, view);
    if (std::exchange(view.permissions, channel.permissions()) != channel.permissions())
      dispatch(session, event_text("CHANNEL_UPDATE", gateway_.json(channel)));
  }
}

// How many members there are, where that is not what the last event said: of his own coming and
// going there was none for the user.
void Hub::tell_counts(Session& session, const Snapshot& snapshot) {
  for (auto& view : session.servers) {
    const auto& server = find_server(snapshot, view.server_id)->server;
    if (std::exchange(view.member_count, server.member_count()) != server.member_count())
      dispatch(session, event_text("SERVER_UPDATE", gateway_.json(server)));
  }
}

// Until the end, or until one of the waiting events asks again. The snapshot is newer than what it
// covers, and older than the rest.
void Hub::apply_waiting(Session& session, const Snapshot* snapshot) {
  const auto waiting = std::exchange(session.waiting, {});
  const std::size_t covered = std::exchange(session.covered, 0);
  for (std::size_t k = 0; k < waiting.size(); ++k) {
    if (k == covered && snapshot != nullptr) tell_counts(session, *snapshot);
    const auto& [batch, from] = waiting[k];
    for (std::size_t i = from; i < batch->size(); ++i) {
      const Item& item = (*batch)[i];
      if (!concerns(session, item)) continue;
      if (item.kind == Item::Kind::member) {
        tell_member(session, item);
      } else if (item.kind != Item::Kind::structure) {
        dispatch(session, item.text);
      } else if (k >= covered) {
        start_sync(session, batch, i + 1);
        session.waiting.insert(session.waiting.end(),
                               waiting.begin() + static_cast<std::ptrdiff_t>(k) + 1, waiting.end());
        return;
      }
    }
  }
  if (covered == waiting.size() && snapshot != nullptr) tell_counts(session, *snapshot);
}

std::string Hub::channel_json(const servers::v1::Channel& channel, const Snapshot& snapshot) const {
  const auto found = snapshot.states.find(channel.id());
  const auto state = found == snapshot.states.end() ? messages::v1::ReadState() : found->second;
  return with_members(gateway_.json(channel),
                      fmt::format(R"("last_message_id":"{}","last_seq":{},"last_read_id":"{}")",
                                  state.last_message_id(), state.last_seq(), state.last_read_id()));
}

std::string Hub::membership_json(const Snapshot::Server& seen, const Snapshot& snapshot) const {
  std::string channels;
  for (const auto& channel : seen.channels)
    channels += (channels.empty() ? "" : ",") + channel_json(channel, snapshot);
  return fmt::format(R"({{"server":{},"channels":[{}]}})", gateway_.json(seen.server), channels);
}

}  // namespace lyceum::realtime
