// Precompiled for the tests: base's, and GoogleTest.
#include "base/pch.h"

#include <gtest/gtest.h>
