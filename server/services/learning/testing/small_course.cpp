#include "services/learning/testing/small_course.h"

namespace lyceum::learning {

Files small_course() {
  return {
      {"module.yaml",
       "title: First steps\n"
       "summary: From nothing to a program\n"
       "difficulty: easy\n"
       "tags: [start, basics]\n"
       "contents: [welcome]\n"
       "modules: [basics]\n"},
      {"module.md", "You will be able to **double** numbers.\n"},
      {"welcome/content.yaml",
       "title: Welcome\n"
       "summary: What this is\n"
       "kind: lesson\n"
       "difficulty: easy\n"
       "minutes: 3\n"
       "components:\n"
       "  - {key: text, type: markdown, file: text.md}\n"},
      {"welcome/text.md", "# Hello\n"},
      {"basics/module.yaml",
       "title: Basics\n"
       "summary: Numbers\n"
       "difficulty: easy\n"
       "tags: [numbers]\n"
       "contents: [double, choose, ask]\n"},
      {"basics/double/content.yaml",
       "title: Double it\n"
       "summary: Print twice the number\n"
       "kind: exercise\n"
       "difficulty: easy\n"
       "minutes: 10\n"
       "sample: true\n"
       "components:\n"
       "  - key: text\n"
       "    type: markdown\n"
       "    text: |\n"
       "      Read a number.\n"
       "  - key: box\n"
       "    type: container\n"
       "    title: Your turn\n"
       "    children:\n"
       "      - key: code\n"
       "        type: editor\n"
       "        points: 10\n"
       "        languages:\n"
       "          - {language: python, starter: starter/python, readonly: [helper.py], entry: "
       "main.py}\n"
       "          - {language: cpp, starter: starter/cpp}\n"
       "        limits: {cpu_ms: 5000, memory_bytes: 1000000000}\n"
       "        compare: {mode: tokens, float_abs: 0.001}\n"
       "        tests:\n"
       "          - {key: small, name: Small, visible: true, stdin: \"2\", expected: \"4\", hint: "
       "Twice!}\n"
       "          - {key: zero, name: Zero, visible: true, stdin: \"0\", expected: \"4\"}\n"
       "          - {key: big, name: Big, visible: false, in: tests/big.in, out: tests/big.out, "
       "weight: 2,\n"
       "             hint: SECRET hint}\n"
       "        solutions:\n"
       "          - {language: python, files: solutions/right, expect: AC}\n"
       "          - {language: python, files: solutions/wrong, expect: WA}\n"
       "        hints:\n"
       "          - {title: How, text: Use a star.}\n"},
      {"basics/double/starter/python/main.py", "# yours\n"},
      {"basics/double/starter/python/helper.py", "# ours\n"},
      {"basics/double/starter/cpp/main.cpp", "int main() {}\n"},
      {"basics/double/tests/big.in", "SECRET input\n"},
      {"basics/double/tests/big.out", "4\nSECRET output\n"},
      {"basics/double/solutions/right/main.py", "right SECRET solution\n"},
      {"basics/double/solutions/wrong/main.py", "print SECRET wrong\n"},
      {"basics/choose/content.yaml",
       "title: Choose\n"
       "summary: Which is even\n"
       "kind: mcq\n"
       "difficulty: medium\n"
       "minutes: 2\n"
       "components:\n"
       "  - key: pick\n"
       "    type: mcq\n"
       "    points: 5\n"
       "    question: Which are even?\n"
       "    multiple: true\n"
       "    options:\n"
       "      - {id: two, text: \"2\", right: true}\n"
       "      - {id: three, text: \"3\"}\n"
       "      - {id: four, text: \"4\", right: true}\n"
       "    explanation: SECRET explanation\n"},
      {"basics/ask/content.yaml",
       "title: Ask\n"
       "summary: Four questions\n"
       "kind: quiz\n"
       "difficulty: hard\n"
       "minutes: 5\n"
       "components:\n"
       "  - key: all\n"
       "    type: quiz\n"
       "    points: 7\n"
       "    pass: 0.75\n"
       "    questions:\n"
       "      - {id: one, prompt: \"One?\", kind: single, options: [{id: a, text: A, right: true}, "
       "{id: b, text: B}]}\n"
       "      - {id: many, prompt: \"Many?\", kind: multiple,\n"
       "         options: [{id: a, text: A, right: true}, {id: b, text: B, right: true}, {id: c, "
       "text: C}]}\n"
       "      - {id: word, prompt: \"Word?\", kind: text, answers: [SECRET word, other]}\n"
       "      - {id: pi, prompt: \"Pi?\", kind: number, number: 3.14159, tolerance: 0.01}\n"},
  };
}

Files judged_course() {
  auto files = small_course();
  files["basics/module.yaml"] =
      "title: Basics\n"
      "summary: Numbers\n"
      "difficulty: easy\n"
      "contents: [double, choose, ask, pairs, guess]\n";
  files["basics/pairs/content.yaml"] =
      "title: Pairs\n"
      "summary: Find one of many\n"
      "kind: exercise\n"
      "difficulty: easy\n"
      "minutes: 10\n"
      "components:\n"
      "  - key: code\n"
      "    type: editor\n"
      "    points: 10\n"
      "    languages:\n"
      "      - {language: python, starter: starter}\n"
      "    checker: {language: python, files: checker/, entry: check.py, arguments: [SECRET way]}\n"
      "    groups:\n"
      "      - {key: few, name: A few, max_score: 30}\n"
      "      - {key: many, name: Many, max_score: 70, aggregation: sum, require_pass: [few]}\n"
      "    tests:\n"
      "      - {key: one, name: One, visible: true, stdin: \"1\", expected: SECRET pair, group: "
      "few}\n"
      "      - {key: two, name: Two, visible: false, stdin: SECRET two, group: few}\n"
      "      - {key: all, name: All, visible: false, stdin: SECRET all, group: many}\n"
      "    solutions:\n"
      "      - {language: python, files: solutions/fine, expect: AC, score: 100}\n"
      "      - {language: python, files: solutions/half, expect: AC, score: 50}\n"
      "      - {language: python, files: solutions/bad, expect: WA, score: 0}\n";
  files["basics/pairs/starter/main.py"] = "# yours\n";
  files["basics/pairs/checker/check.py"] = "SECRET checker\n";
  files["basics/pairs/checker/lib/read.py"] = "SECRET library\n";
  files["basics/pairs/solutions/fine/main.py"] = "fine";
  files["basics/pairs/solutions/half/main.py"] = "fine 0.5";
  files["basics/pairs/solutions/bad/main.py"] = "bad";
  files["basics/guess/content.yaml"] =
      "title: Guess\n"
      "summary: Ask until you know\n"
      "kind: exercise\n"
      "difficulty: easy\n"
      "minutes: 10\n"
      "components:\n"
      "  - key: code\n"
      "    type: editor\n"
      "    points: 10\n"
      "    languages:\n"
      "      - {language: python, starter: starter}\n"
      "    interactor: {language: cpp, files: interactor}\n"
      "    tests:\n"
      "      - {key: one, name: One, visible: true, stdin: \"7\"}\n"
      "      - {key: two, name: Two, visible: false, stdin: SECRET number, expected: SECRET "
      "answer}\n";
  files["basics/guess/starter/main.py"] = "# yours\n";
  files["basics/guess/interactor/main.cpp"] = "SECRET interactor\n";
  return files;
}

}  // namespace lyceum::learning
