// Executable images of the section that supervisor.c and pause.c fill: one code, an entry point for each program.

#ifndef ROOST_IMAGE_H
#define ROOST_IMAGE_H

#include <elf.h>
#include <stdint.h>
#include <string.h>

extern const char __start_roost_supervisor[], __stop_roost_supervisor[];

#if defined(__x86_64__)
#define IMAGE_MACHINE EM_X86_64
#else
#define IMAGE_MACHINE EM_AARCH64
#endif

enum { IMAGE_PAGE = 4096 };

/// What stands at the beginning of an image; the code follows at `code.p_offset`.
struct image_head {
    Elf64_Ehdr header;
    Elf64_Phdr code, stack;
};

static inline const char *image_code(void) { return __start_roost_supervisor; }

static inline unsigned long image_code_size(void) {
    return (unsigned long)(__stop_roost_supervisor - __start_roost_supervisor);
}

/// Describes an ELF file with one segment, the section, at the same offset within its page as here.
static inline void describe_image(struct image_head *head, const char *entry) {
    uint64_t skew = (uintptr_t)__start_roost_supervisor % IMAGE_PAGE, size = image_code_size();
    memset(head, 0, sizeof *head);
    memcpy(head->header.e_ident, ELFMAG, SELFMAG);
    head->header.e_ident[EI_CLASS] = ELFCLASS64;
    head->header.e_ident[EI_DATA] = ELFDATA2LSB;
    head->header.e_ident[EI_VERSION] = EV_CURRENT;
    head->header.e_type = ET_DYN;
    head->header.e_machine = IMAGE_MACHINE;
    head->header.e_version = EV_CURRENT;
    head->header.e_entry = IMAGE_PAGE + skew + (uint64_t)(entry - __start_roost_supervisor);
    head->header.e_phoff = sizeof head->header;
    head->header.e_ehsize = sizeof head->header;
    head->header.e_phentsize = sizeof head->code;
    head->header.e_phnum = 2;
    head->code = (Elf64_Phdr){.p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = IMAGE_PAGE + skew,
                              .p_vaddr = IMAGE_PAGE + skew, .p_paddr = IMAGE_PAGE + skew, .p_filesz = size,
                              .p_memsz = size, .p_align = IMAGE_PAGE};
    head->stack = (Elf64_Phdr){.p_type = PT_GNU_STACK, .p_flags = PF_R | PF_W};
}

#endif
