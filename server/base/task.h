#pragma once
#include <boost/asio/awaitable.hpp>

namespace lyceum {
// A coroutine. Its parameters are values: a reference may die while it is suspended.
template <class T>
using Task = boost::asio::awaitable<T>;
}  // namespace lyceum
