unit_ours:
    pushq %rbx
    movq %rdi, %rbx
    callq check
    movq %rbx, %rdi
    popq %rbx
    jmp release
one_ours:
    pushq %r15
    pushq %r14
    pushq %rbx
    movq %rdi, %rbx
    callq step
    movq %rax, %r14
    movq %rdx, %r15
    movq %rbx, %rdi
    callq release
    movl %r14d, %eax
    andl $1, %eax
    xorq $1, %r14
    addq %r15, %r14
    movq %r14, %rdx
    popq %rbx
    popq %r14
    popq %r15
    retq
lock_ours:
    pushq %rbx
    movq LOCKED@GOTPCREL(%rip), %rbx
    movb $1, %al
    xchgb %al, (%rbx)
    testb %al, %al
    jne
    callq step
    movb $0, (%rbx)
    popq %rbx
    retq
four_ours:
    pushq %rbp
    pushq %r15
    pushq %r14
    pushq %r13
    pushq %r12
    pushq %rbx
    pushq %rax
    movq %rdi, %r14
    callq step
    movq %rdx, %rbx
    testb $1, %al
    je
    movl $1, %r14d
    jmp
    movq %r14, %rdi
    callq step
    movq %rdx, %r15
    testb $1, %al
    je
    movl $1, %r14d
    movq %r15, %rbx
    jmp
    movq %r14, %rdi
    callq step
    movq %rdx, %r12
    testb $1, %al
    je
    movl $1, %r14d
    movq %r12, %rbx
    jmp
    movq %r14, %rdi
    callq step
    movq %rax, %rbp
    movq %rdx, %r13
    movl $4, %edi
    callq release
    movl %ebp, %r14d
    andl $1, %r14d
    leaq (%r15,%rbx), %rax
    addq %r12, %rax
    xorl %ebx, %ebx
    testb $1, %bpl
    cmoveq %rax, %rbx
    addq %r13, %rbx
    movl $3, %edi
    callq release
    movl $2, %edi
    callq release
    movl $1, %edi
    callq release
    movq %r14, %rax
    movq %rbx, %rdx
    addq $8, %rsp
    popq %rbx
    popq %r12
    popq %r13
    popq %r14
    popq %r15
    popq %rbp
    retq
