#pragma once
// The course that the tests of this folder work on.

#include <map>
#include <string>

namespace lyceum::learning {

using Files = std::map<std::string, std::string>;

// A course with a lesson, an exercise, an MCQ and a quiz. Everything that must never be seen has
// SECRET in it.
Files small_course();
// The same and two exercises that programs of the author judge: "pairs" with a checker and groups,
// "guess" with an interactor.
Files judged_course();

}  // namespace lyceum::learning
