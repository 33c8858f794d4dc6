#pragma once
// An answer between its place in a request or a reply and its stored form.

#include <utility>

#include "contract/learning.pb.h"
#include "contract/learning_internal.pb.h"

namespace lyceum::learning {

// Of a SubmitRequest or a SaveDraftRequest.
template <class Request>
internal::Answer answer_of(const Request& request) {
  internal::Answer answer;
  *answer.mutable_files() = request.files();
  *answer.mutable_choices() = request.choices();
  *answer.mutable_answers() = request.answers();
  if constexpr (requires { request.entry(); }) answer.set_entry(request.entry());
  return answer;
}

// Into a Submission or a Draft.
template <class Shown>
void show_answer(internal::Answer answer, Shown& shown) {
  shown.mutable_files()->Swap(answer.mutable_files());
  shown.mutable_choices()->Swap(answer.mutable_choices());
  shown.mutable_answers()->Swap(answer.mutable_answers());
}

}  // namespace lyceum::learning
