// System calls and text for code that runs without any library (supervisor.c, pause.c).
//
// Everything here lands in one section that is copied out of this binary and executed alone. So it may not refer to
// anything outside the section: no globals, no string literals, no library calls, no tables made by the compiler.
// `optnone` keeps the compiler from inventing such references, and makes debug and release builds run the same code.

#ifndef ROOST_FREESTANDING_H
#define ROOST_FREESTANDING_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#define ALONE                                                                                                  \
    __attribute__((section("roost_supervisor"), noinline, optnone, no_builtin, used, no_stack_protector,      \
                   no_profile_instrument_function, no_sanitize("all")))

/// A text inside the section; declare it with `extern`.
#define ALONE_TEXT(name, text)                                                                                 \
    __asm__(".pushsection roost_supervisor,\"ax\",@progbits\n.globl " #name "\n.hidden " #name "\n" #name      \
            ":\n.asciz " #text "\n.balign 16\n.popsection");                                                   \
    extern const char name[] __attribute__((visibility("hidden")))

/// An entry point: calls `main` with the initial stack.
#define ALONE_ENTRY(entry, main)                                                                               \
    __asm__(".pushsection roost_supervisor,\"ax\",@progbits\n.globl " #entry "\n.hidden " #entry "\n" #entry    \
            ":\n" ALONE_CALL(main) ".balign 16\n.popsection")

#if defined(__x86_64__)
#define ALONE_CALL(main) "xor %ebp, %ebp\nmov %rsp, %rdi\nand $-16, %rsp\ncall " #main "\nhlt\n"

ALONE static long call6(long number, long a, long b, long c, long d, long e, long f) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
#define ALONE_CALL(main) "mov x29, xzr\nmov x0, sp\nbl " #main "\nbrk #1\n"

ALONE static long call6(long number, long a, long b, long c, long d, long e, long f) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc #0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}
#else
#error "no system call convention for this architecture"
#endif

#define call0(n) call6(n, 0, 0, 0, 0, 0, 0)
#define call1(n, a) call6(n, (long)(a), 0, 0, 0, 0, 0)
#define call2(n, a, b) call6(n, (long)(a), (long)(b), 0, 0, 0, 0)
#define call3(n, a, b, c) call6(n, (long)(a), (long)(b), (long)(c), 0, 0, 0)
#define call4(n, a, b, c, d) call6(n, (long)(a), (long)(b), (long)(c), (long)(d), 0, 0)
#define call5(n, a, b, c, d, e) call6(n, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

ALONE static size_t length_of(const char *text) {
    size_t length = 0;
    while (text[length]) length++;
    return length;
}

ALONE static void zero(void *memory, size_t size) {
    for (size_t i = 0; i < size; i++) ((volatile char *)memory)[i] = 0;
}

/// Appends text at `at`; returns the new end.
ALONE static char *put_text(char *at, const char *text) {
    while (*text) *at++ = *text++;
    *at = 0;
    return at;
}

/// Appends a number that is not negative.
ALONE static char *put_number(char *at, uint64_t number) {
    char digits[20];
    int count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    while (count) *at++ = digits[--count];
    *at = 0;
    return at;
}

/// The decimal number at the start of a text; 0 when there is none.
ALONE static uint64_t number_in(const char *text) {
    uint64_t number = 0;
    while (*text >= '0' && *text <= '9') number = number * 10 + (uint64_t)(*text++ - '0');
    return number;
}

#endif
