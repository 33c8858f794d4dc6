#ifndef LYCEUM_SANDBOX_WARM_H
#define LYCEUM_SANDBOX_WARM_H
// Programs that are started before their job comes, as an interpreter is slow to start, or that
// find large files in their place then. Each has a sandbox of its own, knows nothing of any job and
// is used once. How to start one is a recipe: the job message, and those of its files that are the
// same for all jobs with that number.

#include "standby.h"

enum { recipes_max = 2, recipe_files_max = 8, recipe_bytes_max = 8192 };

struct recipe {
  uint32_t number;     // as the runner gives it; 0: none here
  bool whole;          // all its files are here
  bool gated;          // its program is started ahead, and waits at a gate
  bool spoiled;        // its program ended by itself: not again
  uint64_t used_ms;    // when a job last asked for it
  struct sandbox* at;  // where all that is ready; NULL: nowhere
  size_t size;
  char job[recipe_bytes_max];
  int file_count;

  struct {
    struct sb_file head;
    char path[path_max];
    int content;
  } files[recipe_files_max];
};

// The recipe of a job that has come: a new one takes the place of the one used longest ago.
struct recipe* recipe_of(const struct message* job);
// A file that is the same every time, as long as the recipe is not whole.
bool recipe_keep(struct recipe* recipe, const struct message* file);

// The sandbox where its program, or its files, wait, which is the caller's until sandbox_end();
// NULL: there is none.
struct sandbox* warm_take(struct recipe* recipe);
// Makes ready what a recipe wants, if a sandbox stands ready. False: nothing to do.
bool warm_prepare(void);
// Until a recipe has been without a job for too long and goes; -1: there is none.
int warm_wait_ms(void);
void warm_forget_old(void);

#endif
