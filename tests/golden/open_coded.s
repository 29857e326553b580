unit_ours:
    pushq %rbx
    movq %rdi, %rbx
    callq check
    movq %rbx, %rdi
    popq %rbx
    jmp release
one_ours:
    pushq %r14
    pushq %rbx
    pushq %rax
    movq %rdi, %rbx
    callq step
    movq %rax, %r14
    xorq $1, %r14
    addq %rdx, %r14
    andl $1, %eax
    movq %rbx, %rdi
    movq %rax, %rbx
    callq release
    movq %rbx, %rax
    movq %r14, %rdx
    addq $8, %rsp
    popq %rbx
    popq %r14
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
    pushq %r15
    pushq %r14
    pushq %r13
    pushq %r12
    pushq %rbx
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
    movq %rax, %r14
    movq %rdx, %r13
    leaq (%r15,%rbx), %rax
    addq %r12, %rax
    xorl %ebx, %ebx
    testb $1, %r14b
    cmoveq %rax, %rbx
    movl $4, %edi
    callq release
    addq %r13, %rbx
    andl $1, %r14d
    movl $3, %edi
    callq release
    movl $2, %edi
    callq release
    movl $1, %edi
    callq release
    movq %r14, %rax
    movq %rbx, %rdx
    popq %rbx
    popq %r12
    popq %r13
    popq %r14
    popq %r15
    retq
