/// Marks a hot loop to be compiled for wider vector units too (AVX-512, AVX2 with fused
/// multiply-add), chosen at run time.
#pragma once

// Plain loops for clang, which makes no product, and under sanitizers, which cannot follow the
// choice.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MLIP_VECTORISE __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define MLIP_VECTORISE
#endif

/// A part of such a loop: compiled with what calls it.
#define MLIP_INLINE [[gnu::always_inline]] inline
