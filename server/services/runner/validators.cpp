// Programs of the problem's author that judge: checkers, and interactors, which talk with the
// program that is judged.

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "services/runner/output.h"
#include "services/runner/run.h"

namespace lyceum::runner {
namespace {

// An interactor waits for the program, so it may go on a little longer: whoever is stopped first
// is the program.
constexpr std::int64_t interactor_grace_ms = 5'000;

// One of two who talk: the ends that are its own. They are held here as well, until it is known
// how it ended; only then does the other one notice, and so whoever ended first is the first to be
// heard of, however busy the machine is.
struct Half {
  DescriptorPtr read_end, write_end;
  int* ended;  // of the two, how many have
  int place = 0;
};

Task<Result<JobResult>> half(Task<Result<JobResult>> job, Half* own) {
  auto result = co_await std::move(job);
  own->place = ++*own->ended;
  own->read_end.reset();
  own->write_end.reset();
  co_return result;
}

}  // namespace

// What checkers and interactors have in common: all but their stdin and stdout.
Result<Job> Runner::validator_job(const Run& run, int index, Job job) const {
  const auto& test = run.request.tests(index);
  const auto& validator = *run.validator;
  auto limits = validator_limits(*validator.language, maxima_);
  job.argv.insert(job.argv.end(), {"/w/input", "/w/judge_answer", "/out/"});
  for (const auto& argument : validator_of(run.request)->arguments()) job.argv.push_back(argument);
  TRY(auto input, Content::of(test.stdin()));
  TRY(auto answer, Content::of(test.expected()));
  const auto bytes = validator.files_bytes() + input->size() + answer->size();
  job.files.push_back({"w/input", std::move(input)});
  job.files.push_back({"w/judge_answer", std::move(answer)});
  job.limits = with_runtime(limits, *validator.language, bytes);
  job.writes_out = true;
  job.collect = feedback_files();
  return job;
}

Task<Result<Judgement>> Runner::check(RunPtr run, int index, std::string output) {
  const auto memory = validator_limits(*run->validator->language, maxima_).memory_bytes;
  CO_TRY(auto job, validator_job(*run, index, co_await warm_job(&*run->validator, memory)));
  CO_TRY(job.input, Content::of(output));
  CO_TRY(const auto ended, co_await execute(run, std::move(job)));
  co_return judgement_of(ended, run->validator_kind());
}

Task<Result<api::TestResult>> Runner::test_with_interactor(RunPtr run, int index) {
  using boost::asio::experimental::awaitable_operators::operator&&;
  CO_TRY(const auto places, co_await enter(run, 2));
  const auto& test = run->request.tests(index);
  const Language& language = *run->program.language;
  Job program = run->program.job(run->limits.memory_bytes);
  program.limits = with_runtime(run->limits, language, run->program.files_bytes());
  const auto memory = validator_limits(*run->validator->language, maxima_).memory_bytes;
  CO_TRY(auto interactor, validator_job(*run, index, run->validator->job(memory)));
  interactor.limits.wall_ms = program.limits.wall_ms + interactor_grace_ms;

  CO_TRY(auto to_program, Pipe::make());
  CO_TRY(auto to_interactor, Pipe::make());
  program.stdin_pipe = to_program.read_end;
  program.stdout_pipe = to_interactor.write_end;
  interactor.stdin_pipe = to_interactor.read_end;
  interactor.stdout_pipe = to_program.write_end;
  int ended = 0;
  Half its{.read_end = std::move(to_program.read_end),
           .write_end = std::move(to_interactor.write_end),
           .ended = &ended};
  Half others{.read_end = std::move(to_interactor.read_end),
              .write_end = std::move(to_program.write_end),
              .ended = &ended};
  auto [ran, talked] = co_await (half(execute(run, std::move(program)), &its) &&
                                 half(execute(run, std::move(interactor)), &others));
  if (!ran) co_return fail(ran.error());
  if (!talked) co_return fail(talked.error());

  const Ending ending = {.status = std::string(judge(*ran, run->limits, language, nullptr, {})),
                         .signal = ran->signal,
                         .first = its.place < others.place};
  const auto verdict = judge_talk(ending, judgement_of(*talked, run->validator_kind()), *talked);
  auto out = result_of(test, *ran, ending.status, run->output_share());
  apply(verdict, out);
  co_return out;
}

}  // namespace lyceum::runner
