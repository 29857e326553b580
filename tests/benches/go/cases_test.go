// The cases of ../src/shared.rs in Go, by the same names.
package benches

import (
	"sync"
	"testing"
)

const (
	fails  = ^uint64(0) - 1
	panics = ^uint64(0)
)

var count uint64
var mutex sync.Mutex
var kept uint64
var keptLarge [64]uint64

//go:noinline
func step(n uint64) (uint64, uint64) {
	switch n {
	case fails:
		return 0, n
	case panics:
		panic("raised")
	}
	return n, 0
}

//go:noinline
func release(n uint64) {
	if n == panics {
		panic("raised")
	}
	count += n
}

//go:noinline
func release3(a, b, c uint64) { release(a ^ b ^ c) }

//go:noinline
func one(n uint64) (uint64, uint64) {
	defer func() { release(1) }()
	a, err := step(n)
	if err != 0 {
		return 0, err
	}
	return a + 1, 0
}

//go:noinline
func four(n, last uint64) (uint64, uint64) {
	defer func() { release(1) }()
	a, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(2) }()
	defer func() { release(3) }()
	b, err := step(last)
	if err != 0 {
		return 0, err
	}
	defer func() { release(4) }()
	return a + b, 0
}

//go:noinline
func eight(n uint64) uint64 {
	defer func() { release(1) }()
	defer func() { release(2) }()
	defer func() { release(3) }()
	defer func() { release(4) }()
	defer func() { release(5) }()
	defer func() { release(6) }()
	defer func() { release(7) }()
	defer func() { release(8) }()
	a, _ := step(n)
	return a
}

//go:noinline
func lock(n uint64) (uint64, uint64) {
	mutex.Lock()
	defer mutex.Unlock()
	a, err := step(n)
	if err != 0 {
		return 0, err
	}
	return a + 1, 0
}

//go:noinline
func largeResult(n uint64) (result [64]uint64, failure uint64) {
	defer func() { release(1) }()
	first, err := step(n)
	if err != 0 {
		return result, err
	}
	result[0] = first
	return result, 0
}

//go:noinline
func fourLarge(n uint64) (result [64]uint64, failure uint64) {
	defer func() { release(1) }()
	first, err := step(n)
	if err != 0 {
		return result, err
	}
	defer func() { release(2) }()
	defer func() { release(3) }()
	second, err := step(n)
	if err != 0 {
		return result, err
	}
	defer func() { release(4) }()
	result[0] = first + second
	return result, 0
}

//go:noinline
func conditional(n, which uint64) (uint64, uint64) {
	if which&1 != 0 {
		defer func() { release(1) }()
	}
	a, err := step(n)
	if err != 0 {
		return 0, err
	}
	if which&2 != 0 {
		defer func() { release(2) }()
	}
	b, err := step(n)
	if err != 0 {
		return 0, err
	}
	if which&4 != 0 {
		defer func() { release(3) }()
	}
	return a + b, 0
}

//go:noinline
func threeBySix(n uint64) (uint64, uint64) {
	defer func() { release(1) }()
	a, err := step(n)
	if err != 0 {
		return 0, err
	}
	b, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(2) }()
	c, err := step(n)
	if err != 0 {
		return 0, err
	}
	d, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(3) }()
	e, err := step(n)
	if err != 0 {
		return 0, err
	}
	return a + b + c + d + e, 0
}

//go:noinline
func nine(n uint64) (uint64, uint64) {
	defer func() { release(1) }()
	defer func() { release(2) }()
	defer func() { release(3) }()
	a, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(4) }()
	defer func() { release(5) }()
	defer func() { release(6) }()
	b, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(7) }()
	defer func() { release(8) }()
	defer func() { release(9) }()
	c, err := step(n)
	if err != 0 {
		return 0, err
	}
	return a + b + c, 0
}

//go:noinline
func sixteen(n uint64) (uint64, uint64) {
	defer func() { release(1) }()
	defer func() { release(2) }()
	defer func() { release(3) }()
	defer func() { release(4) }()
	a, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(5) }()
	defer func() { release(6) }()
	defer func() { release(7) }()
	defer func() { release(8) }()
	b, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(9) }()
	defer func() { release(10) }()
	defer func() { release(11) }()
	defer func() { release(12) }()
	c, err := step(n)
	if err != 0 {
		return 0, err
	}
	defer func() { release(13) }()
	defer func() { release(14) }()
	defer func() { release(15) }()
	defer func() { release(16) }()
	d, err := step(n)
	if err != 0 {
		return 0, err
	}
	return a + b + c + d, 0
}

//go:noinline
func loop0(records uint64) {
	for n := uint64(0); n < records; n++ {
		defer func() { release(1) }()
	}
}

//go:noinline
func loop1(records uint64) {
	for n := uint64(0); n < records; n++ {
		defer release(n)
	}
}

//go:noinline
func loop3(records uint64) {
	for n := uint64(0); n < records; n++ {
		defer release3(n, n+1, n+2)
	}
}

func caught(f func()) {
	defer func() {
		if recover() == nil {
			panic("nothing was raised")
		}
	}()
	f()
}

func BenchmarkCases(b *testing.B) {
	run := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			for i := 0; i < b.N; i++ {
				f()
			}
		})
	}
	run("1 defer", func() { kept, _ = one(1) })
	run("1 defer, fails", func() { kept, _ = one(fails) })
	run("4 defers", func() { kept, _ = four(1, 1) })
	run("4 defers, fails early", func() { kept, _ = four(fails, 1) })
	run("4 defers, fails late", func() { kept, _ = four(1, fails) })
	run("8 defers", func() { kept = eight(1) })
	run("1 lock", func() { kept, _ = lock(1) })
	run("1 defer, 512 bytes", func() { keptLarge, kept = largeResult(1) })
	run("4 defers, 512 bytes", func() { keptLarge, kept = fourLarge(1) })
	run("3 defers × 6 returns", func() { kept, _ = threeBySix(1) })
	run("9 defers", func() { kept, _ = nine(1) })
	run("16 defers", func() { kept, _ = sixteen(1) })
	run("1 defer, panics", func() { caught(func() { one(panics) }) })
	run("4 defers, panics", func() { caught(func() { four(1, panics) }) })
	run("8 defers, panics", func() { caught(func() { eight(panics) }) })
	run("3 conditional, none", func() { kept, _ = conditional(1, 0) })
	run("3 conditional, one", func() { kept, _ = conditional(1, 2) })
	run("3 conditional, all", func() { kept, _ = conditional(1, 7) })
	for _, records := range []struct {
		name  string
		count uint64
	}{{"1", 1}, {"3", 3}, {"10", 10}, {"100", 100}, {"10000", 10000}, {"1000000", 1000000}} {
		run("loop, 0 words × "+records.name, func() { loop0(records.count) })
		run("loop, 1 word × "+records.name, func() { loop1(records.count) })
		run("loop, 3 words × "+records.name, func() { loop3(records.count) })
	}
}
