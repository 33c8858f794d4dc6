#include "services/realtime/sequencer.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "services/realtime/frames.h"
#include "services/realtime/hub.h"

namespace lyceum::realtime {
namespace {

constexpr std::size_t waiting_max = 16;       // connections that want one session
constexpr std::size_t members_kept = 10'000;  // versions of memberships

}  // namespace

Sequencer::Sequencer(Gateway& gateway, boost::asio::any_io_executor loop)
    : gateway_(gateway), loop_(std::move(loop)) {}

void Sequencer::start() {
  gateway_.post(loop_, [this] { sweep(); });
}

void Sequencer::take(std::function<void(Sequencer&)> event) {
  const std::scoped_lock lock(mutex_);
  taken_.push_back(std::move(event));
  if (std::exchange(draining_, true)) return;
  gateway_.post(loop_, [this] { drain(); });
}

void Sequencer::drain() {
  std::vector<std::function<void(Sequencer&)>> events;
  {
    const std::scoped_lock lock(mutex_);
    events.swap(taken_);
    draining_ = false;
  }
  for (const auto& event : events) event(*this);
  gateway_.counters.events.add(std::ssize(events));
  flush();
}

void Sequencer::flush() {
  if (out_.empty()) return;
  const auto batch = std::make_shared<const Batch>(std::exchange(out_, {}));
  for (const auto& hub : gateway_.hubs())
    gateway_.post(hub->loop(), [hub = hub.get(), batch] { hub->take(batch); });
}

void Sequencer::sweep() {
  if (gateway_.stopped()) return;
  const std::int64_t now = gateway_.clock.now_ms();
  for (const auto id : std::vector<std::int64_t>(gaps_.begin(), gaps_.end())) {
    auto& channel = channels_[id];
    if (!channel.asking && now >= channel.ask_at) ask(id, channel);
  }
  gateway_.counters.channels.set(std::ssize(channels_));
  gateway_.later(loop_, [this] { sweep(); });
}

// --- the other events

void Sequencer::channel_read(std::int64_t user_id, const messages::v1::ReadState& state) {
  out_.push_back({.kind = Item::Kind::personal,
                  .user_id = user_id,
                  .text = event_text("CHANNEL_READ", gateway_.json(state))});
}

// Events of several members may come in any order: then the newest has the count.
void Sequencer::member(const MemberChange& change, std::string_view event, std::string data) {
  structure(change.server_id, change.user_id);
  if (member_versions_.size() >= members_kept) member_versions_.clear();
  auto& seen = member_versions_[{change.server_id, change.user_id}];
  if (change.version <= seen) return;
  seen = change.version;
  if (last_member_.size() >= members_kept) last_member_.clear();
  auto& last = last_member_.try_emplace(change.server_id, change).first->second;
  if (last.version < change.version) last = change;
  const auto count = fmt::format(R"("member_count":{})", last.member_count);
  out_.push_back({.kind = Item::Kind::member,
                  .server_id = change.server_id,
                  .user_id = change.user_id,
                  .text = event_text(event, with_members(std::move(data), count)),
                  .member_count = last.member_count});
}

void Sequencer::structure(std::int64_t server_id, std::int64_t user_id) {
  out_.push_back(
      {.kind = Item::Kind::structure, .server_id = server_id, .user_id = user_id, .text = nullptr});
}

void Sequencer::revoked(std::int64_t user_id, std::vector<std::int64_t> credential_ids) {
  out_.push_back({.kind = Item::Kind::revoked,
                  .user_id = user_id,
                  .text = nullptr,
                  .credential_ids = std::move(credential_ids)});
}

// Messages could be asked for; edits, marks, views and ended sign-ins could not.
void Sequencer::missed() {
  out_.push_back({.kind = Item::Kind::missed, .text = nullptr});
}

// --- sessions

void Sequencer::begin(Hub& hub, std::vector<Question> questions) {
  gateway_.post(loop_, [this, &hub, questions = std::move(questions)] {
    ++loading_;
    for (const auto& question : questions)
      places_.try_emplace(question.session_id, Place{&hub, question.user_id});
    gateway_.post(hub.loop(), [&hub, questions] { hub.start_look(questions); });
  });
}

void Sequencer::known(Hub& hub, std::vector<ChannelView> channels, Known then) {
  gateway_.post(loop_, [this, &hub, channels = std::move(channels), then = std::move(then)] {
    --loading_;
    ChannelIds late;
    for (const auto& view : channels) {
      auto& channel = channels_[view.channel_id];
      if (!std::exchange(channel.known, true)) channel.first = channel.last = view.last_seq;
      if (view.last_seq < channel.first) late.push_back(view.channel_id);
      ++channel.viewers;
      channel.newest = std::max(channel.newest, view.last_seq);
      unviewed_.erase(view.channel_id);
      advance(view.channel_id, channel);
    }
    if (loading_ == 0) drop_unviewed();
    flush();
    gateway_.post(hub.loop(), [then, late = std::move(late)] { then(late); });
  });
}

void Sequencer::unview(std::vector<ChannelView> channels) {
  if (channels.empty()) return;
  gateway_.post(loop_, [this, channels = std::move(channels)] {
    for (const auto& view : channels)
      if (const auto found = channels_.find(view.channel_id);
          found != channels_.end() && --found->second.viewers == 0)
        unviewed_.insert(view.channel_id);
    if (loading_ == 0) drop_unviewed();
  });
}

// Not while somebody asks: what is delivered meanwhile must not be found missing and come again.
void Sequencer::drop_unviewed() {
  for (const auto id : unviewed_) {
    channels_.erase(id);
    gaps_.erase(id);
  }
  unviewed_.clear();
}

void Sequencer::resume(Hub& hub,
                       std::string session_id,
                       std::int64_t user_id,
                       std::uint64_t connection,
                       std::int64_t seq) {
  gateway_.post(loop_, [this, &hub, session_id = std::move(session_id), user_id, connection, seq] {
    const auto found = places_.find(session_id);
    const bool his = found != places_.end() && found->second.user_id == user_id;
    if (!his || found->second.waiting.size() >= waiting_max)
      return gateway_.post(hub.loop(),
                           [&hub, connection, seq] { hub.resumed("", connection, seq); });
    if (found->second.moving) return found->second.waiting.push_back({&hub, connection, seq});
    resume_now(session_id, {&hub, connection, seq});
  });
}

void Sequencer::resume_now(const std::string& session_id, const Request& request) {
  auto& place = places_.at(session_id);
  Hub* from = std::exchange(place.hub, request.hub);
  Hub* to = request.hub;
  if (from == to)
    return gateway_.post(to->loop(), [to, session_id, request] {
      to->resumed(session_id, request.connection, request.seq);
    });
  place.moving = true;
  // In both streams at the same place, so that the session misses nothing and gets nothing twice.
  gateway_.post(to->loop(), [to, session_id, request] {
    to->expect(session_id, request.connection, request.seq);
  });
  gateway_.post(from->loop(), [from, to, session_id] { from->release(session_id, *to); });
}

void Sequencer::moved(std::string session_id) {
  gateway_.post(loop_, [this, session_id = std::move(session_id)] {
    const auto found = places_.find(session_id);
    if (found == places_.end()) return;
    auto& place = found->second;
    place.moving = false;
    while (!place.waiting.empty() && !place.moving) {
      const auto next = place.waiting.front();
      place.waiting.erase(place.waiting.begin());
      resume_now(session_id, next);
    }
  });
}

void Sequencer::forget(std::string session_id) {
  gateway_.post(loop_, [this, session_id = std::move(session_id)] {
    const auto place = places_.extract(session_id);
    if (place.empty()) return;
    for (const auto& request : place.mapped().waiting)
      gateway_.post(request.hub->loop(),
                    [request] { request.hub->resumed("", request.connection, request.seq); });
  });
}

}  // namespace lyceum::realtime
