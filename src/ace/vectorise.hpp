/// Marks a hot loop to be compiled for wider vector units too, chosen at run time.
#pragma once

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define MLIP_VECTORISE __attribute__((target_clones("avx512f", "avx2,fma", "default")))
#else
#define MLIP_VECTORISE
#endif

/// A part of such a loop: compiled with what calls it.
#define MLIP_INLINE [[gnu::always_inline]] inline
