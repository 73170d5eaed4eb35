#!/usr/bin/env bash
# Builds the native `mediasoup-worker` from the sources that the npm package `mediasoup` ships, with the system's
# libraries in place of those that its build would download. The system packages in BUILD_PACKAGES
# (mediasoup-worker.mjs) must be there. What it builds appears at once and whole.
#
#   usage: build-mediasoup-worker.sh OUT_BINARY MEDIASOUP_PACKAGE_DIR
#
#   OUT_BINARY             where to put the binary
#   MEDIASOUP_PACKAGE_DIR  the unpacked package, node_modules/mediasoup; it is only read
#   MS_JOBS=n              parallel compiler jobs (default: nproc)
set -euo pipefail

OUT=$(realpath -m "$1")
PKG=$2
JOBS=${MS_JOBS:-$(nproc)}
TMP=$(mktemp -d "${TMPDIR:-/tmp}/ms-worker-build.XXXXXX")
trap 'rm -rf "$TMP"' EXIT

cp -r "$PKG/worker" "$TMP/worker"
cd "$TMP/worker"
rm -rf out

# Two patches.
#
# meson.build wants meson >= 1.1.0, Debian 12 has 1.0.1; nothing newer is used.
sed -i "s/meson_version: '>= 1.1.0'/meson_version: '>= 1.0.0'/" meson.build

# A BIO callback of mediasoup answers 1 to every BIO_ctrl(), thus also to "is
# kernel TLS on?". Debian's OpenSSL is built with kernel TLS (the wrap's is not)
# and then has no write buffer: the worker dies of SIGSEGV in the first DTLS
# handshake. Hand the real result back.
sed -i 's/(operationType == BIO_CB_RETURN) ? static_cast<long>(ret) : 1/((operationType \& BIO_CB_RETURN) != 0) ? static_cast<long>(ret) : 1/' \
  src/RTC/DtlsTransport.cpp
grep -q 'operationType & BIO_CB_RETURN) != 0' src/RTC/DtlsTransport.cpp \
  || { echo 'the patch of DtlsTransport.cpp does not apply to this version of mediasoup' >&2; exit 1; }

# Shims for the subprojects.
# A meson wrap is not downloaded when the folder that its `directory =` names
# is there already with a meson.build.
shim() { # shim NAME_OF_WRAP -> prints the folder
  local d
  d=subprojects/$(sed -n 's/^directory *= *//p' "subprojects/$1.wrap" | tr -d '\r')
  mkdir -p "$d"; echo "$d"
}
# (each wants a static library object for `link_whole` of a target that is
# never built here: an empty one does)

d=$(shim libuv); echo 'int ms_shim_libuv;' > "$d/empty.c"
cat > "$d/meson.build" <<'EOF'
project('libuv', 'c')
libuv = static_library('uv_empty', 'empty.c', build_by_default: false)
libuv_dep = dependency('libuv')
EOF
cat > "$d/meson_options.txt" <<'EOF'
option('build_tests', type: 'boolean', value: false)
option('build_benchmarks', type: 'boolean', value: false)
EOF

d=$(shim openssl); echo 'int ms_shim_openssl;' > "$d/empty.c"
cat > "$d/meson.build" <<'EOF'
project('openssl', 'c')
libcrypto_lib = static_library('crypto_empty', 'empty.c', build_by_default: false)
libssl_lib = static_library('ssl_empty', 'empty.c', build_by_default: false)
openssl_dep = dependency('openssl', version: '>=3.0')
EOF

d=$(shim flatbuffers); echo 'int ms_shim_flatbuffers;' > "$d/empty.c"
cat > "$d/meson.build" <<'EOF'
project('flatbuffers', 'c', 'cpp')
flatbuffers_lib = static_library('flatbuffers_empty', 'empty.c', build_by_default: false)
flatbuffers_dep = declare_dependency(
  dependencies: meson.get_compiler('cpp').find_library('flatbuffers'),
)
EOF

d=$(shim abseil-cpp); echo 'int ms_shim_absl;' > "$d/empty.c"
cat > "$d/meson.build" <<'EOF'
project('abseil-cpp', 'c', 'cpp')
absl_container_lib = static_library('absl_empty', 'empty.c', build_by_default: false)
absl_container_dep = declare_dependency()
absl_types_dep = dependency('absl_optional')
absl_strings_dep = dependency('absl_strings')
EOF

# unordered_dense (header only, not in Debian 12): std::unordered_map/_set.
d=$(shim unordered-dense); mkdir -p "$d/include/ankerl"
cp subprojects/packagefiles/ankerl-unordered-dense/meson.build "$d/meson.build"
cat > "$d/include/ankerl/unordered_dense.h" <<'EOF'
#pragma once
// Stands in for ankerl::unordered_dense with the C++ standard library.
#include <cstddef>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <unordered_set>
namespace ankerl::unordered_dense
{
	template<typename T>
	struct hash
	{
		size_t operator()(const T& value) const noexcept(noexcept(std::hash<T>{}(value)))
		{
			// Mix, since std::hash of an integer is the integer itself.
			uint64_t h = static_cast<uint64_t>(std::hash<T>{}(value)) * 0x9E3779B97F4A7C15ull;
			return static_cast<size_t>(h ^ (h >> 32));
		}
	};
	template<typename K, typename V, typename H = hash<K>, typename E = std::equal_to<K>>
	using map = std::unordered_map<K, V, H, E>;
	template<typename K, typename H = hash<K>, typename E = std::equal_to<K>>
	using set = std::unordered_set<K, H, E>;
} // namespace ankerl::unordered_dense
EOF

# libsrtp 3 (a beta, not in Debian): its API on top of Debian's libsrtp2.
d=$(shim libsrtp3); mkdir -p "$d/include"; echo 'int ms_shim_srtp;' > "$d/empty.c"
cat > "$d/meson.build" <<'EOF'
project('libsrtp3', 'c', 'cpp')
libsrtp3 = static_library('srtp3_empty', 'empty.c', build_by_default: false)
libsrtp3_dep = declare_dependency(
  include_directories: include_directories('include'),
  dependencies: meson.get_compiler('c').find_library('srtp2'),
)
EOF
cat > "$d/meson_options.txt" <<'EOF'
option('crypto-library', type: 'string', value: 'openssl')
option('crypto-library-kdf', type: 'string', value: 'disabled')
option('tests', type: 'string', value: 'disabled')
EOF
cat > "$d/include/srtp.h" <<'EOF'
#pragma once
// The part of the libsrtp 3 API that mediasoup uses, on top of libsrtp 2.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#define srtp_policy_t srtp2_policy_t
#include <srtp2/srtp.h>
#undef srtp_policy_t

// Values that libsrtp 2 lacks.
inline constexpr srtp_err_status_t srtp_err_status_buffer_small = static_cast<srtp_err_status_t>(28);
inline constexpr srtp_err_status_t srtp_err_status_cryptex_err  = static_cast<srtp_err_status_t>(29);

struct srtp3_policy_shim
{
	srtp2_policy_t policy;
	unsigned char key[SRTP_MAX_KEY_LEN];
};
using srtp_policy_t = srtp3_policy_shim*;

inline srtp_err_status_t srtp_policy_create(srtp_policy_t* policy)
{
	*policy = new (std::nothrow) srtp3_policy_shim{};
	return *policy ? srtp_err_status_ok : srtp_err_status_alloc_fail;
}

inline void srtp_policy_destroy(srtp_policy_t policy)
{
	if (policy)
	{
		volatile unsigned char* key = policy->key;
		for (size_t i = 0; i < sizeof(policy->key); ++i) { key[i] = 0; }
	}
	delete policy;
}

inline srtp_err_status_t srtp_policy_set_ssrc(srtp_policy_t policy, srtp_ssrc_t ssrc)
{
	policy->policy.ssrc = ssrc;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_profile(srtp_policy_t policy, srtp_profile_t profile)
{
	const srtp_err_status_t err =
	  srtp_crypto_policy_set_from_profile_for_rtp(&policy->policy.rtp, profile);
	return err != srtp_err_status_ok
	         ? err
	         : srtp_crypto_policy_set_from_profile_for_rtcp(&policy->policy.rtcp, profile);
}

inline srtp_err_status_t srtp_policy_add_key(
  srtp_policy_t policy,
  const uint8_t* key,
  size_t keyLen,
  const uint8_t* salt,
  size_t saltLen,
  const uint8_t* /*mki*/,
  size_t mkiLen)
{
	if (mkiLen != 0 || keyLen + saltLen > sizeof(policy->key))
	{
		return srtp_err_status_bad_param;
	}
	std::memcpy(policy->key, key, keyLen);
	std::memcpy(policy->key + keyLen, salt, saltLen);
	policy->policy.key = policy->key;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_allow_repeat_tx(srtp_policy_t policy, bool allow)
{
	policy->policy.allow_repeat_tx = allow ? 1 : 0;
	return srtp_err_status_ok;
}

inline srtp_err_status_t srtp_policy_set_window_size(srtp_policy_t policy, size_t windowSize)
{
	policy->policy.window_size = windowSize;
	return srtp_err_status_ok;
}

// libsrtp 2 copies what it needs from the policy and its key.
inline srtp_err_status_t srtp_create(srtp_t* session, srtp_policy_t policy)
{
	return srtp_create(session, static_cast<const srtp2_policy_t*>(&policy->policy));
}

inline srtp_err_status_t srtp_stream_remove(srtp_t session, uint32_t ssrcNetworkOrder)
{
	return srtp_remove_stream(session, ssrcNetworkOrder);
}

namespace srtp3_shim
{
	// libsrtp 2 works in place, so copy first where input and output differ.
	template<typename Func>
	inline srtp_err_status_t InPlace(
	  Func func, const uint8_t* in, size_t inLen, uint8_t* out, size_t* outLen, size_t grow)
	{
		if (*outLen < inLen + grow)
		{
			return srtp_err_status_buffer_small;
		}
		if (in != out)
		{
			std::memmove(out, in, inLen);
		}
		int len                     = static_cast<int>(inLen);
		const srtp_err_status_t err = func(out, &len);
		if (err == srtp_err_status_ok)
		{
			*outLen = static_cast<size_t>(len);
		}
		return err;
	}
} // namespace srtp3_shim

inline srtp_err_status_t srtp_protect(
  srtp_t ctx, const uint8_t* rtp, size_t rtpLen, uint8_t* srtp, size_t* srtpLen, size_t /*mki*/)
{
	return srtp3_shim::InPlace(
	  [ctx](void* p, int* l) { return srtp_protect(ctx, p, l); },
	  rtp, rtpLen, srtp, srtpLen, SRTP_MAX_TRAILER_LEN);
}

inline srtp_err_status_t srtp_protect_rtcp(
  srtp_t ctx, const uint8_t* rtcp, size_t rtcpLen, uint8_t* srtcp, size_t* srtcpLen, size_t /*mki*/)
{
	return srtp3_shim::InPlace(
	  [ctx](void* p, int* l) { return srtp_protect_rtcp(ctx, p, l); },
	  rtcp, rtcpLen, srtcp, srtcpLen, SRTP_MAX_TRAILER_LEN + 4);
}

inline srtp_err_status_t srtp_unprotect(
  srtp_t ctx, const uint8_t* srtp, size_t srtpLen, uint8_t* rtp, size_t* rtpLen)
{
	return srtp3_shim::InPlace(
	  [ctx](void* p, int* l) { return srtp_unprotect(ctx, p, l); }, srtp, srtpLen, rtp, rtpLen, 0);
}

inline srtp_err_status_t srtp_unprotect_rtcp(
  srtp_t ctx, const uint8_t* srtcp, size_t srtcpLen, uint8_t* rtcp, size_t* rtcpLen)
{
	return srtp3_shim::InPlace(
	  [ctx](void* p, int* l) { return srtp_unprotect_rtcp(ctx, p, l); },
	  srtcp, srtcpLen, rtcp, rtcpLen, 0);
}
EOF

# Build.
meson setup --wrap-mode=nodownload --buildtype release -Db_ndebug=true "$TMP/build" > "$TMP/meson.log" 2>&1 || { cat "$TMP/meson.log" >&2; exit 1; }
# Its lines begin with [done/all], which the set-up shows as progress.
ninja -C "$TMP/build" -j "$JOBS" mediasoup-worker 2>&1 | tee "$TMP/ninja.log" \
  || { grep -nE 'error|FAILED' "$TMP/ninja.log" | head -60 >&2; exit 1; }
strip "$TMP/build/mediasoup-worker"

# Self-check.
# Without MEDIASOUP_VERSION the worker must exit with 41 (as mediasoup's own
# install script checks of a downloaded binary).
rc=0; env -i "$TMP/build/mediasoup-worker" >/dev/null 2>&1 || rc=$?
[ "$rc" = 41 ] || { echo "mediasoup-worker does not run here (exit $rc)" >&2; exit 1; }
# Moved into place in one step, so that nobody finds half a file.
install -D -m 755 "$TMP/build/mediasoup-worker" "$OUT.new"
mv "$OUT.new" "$OUT"
