#pragma once
// What a validator says of a test (Kattis problem package format 2025-09, output validators).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/runner/sandbox.h"

namespace lyceum::runner {

// The files that a validator may leave in its folder.
const std::vector<std::string>& feedback_files();

struct Judgement {
  std::string status;           // AC, WA; IE where it did not do what a validator does
  std::optional<double> score;  // 0 to 1; only with AC
  std::optional<std::string> message;
  std::optional<std::string> judge_message;
};

// `who`: "checker" or "interactor", for people.
Judgement judgement_of(const JobResult& validator, std::string_view who);

// Where it does not compile.
Judgement broken(std::string_view who, const JobResult& compiler);

// How a program ended that talked with an interactor, and in which order the two ended.
struct Ending {
  std::string status;  // AC: it did nothing wrong
  int signal = 0;
  bool first = false;
};

// The verdict of the two together; `interactor` keeps its messages. The rules are Kattis's
// (problemtools) and DOMjudge's:
//
//   interactor          program            ended first   verdict
//   43                  anything           interactor    WA: what the program did then follows
//   43                  died of SIGPIPE    either        WA: it had been told to stop
//   43                  failed (RE, TLE…)  program       the program's
//   43                  exit 0             program       WA
//   42                  exit 0             either        AC
//   42                  failed             either        the program's
//   died of SIGPIPE     exit 0             either        WA: the program had stopped reading
//   died of SIGPIPE     failed             either        the program's
//   anything else       anything           interactor    IE
//   anything else       failed             program       the program's: it failed by itself
//   anything else       exit 0             program       IE
Judgement judge_talk(const Ending& program, Judgement interactor, const JobResult& ended);

}  // namespace lyceum::runner
