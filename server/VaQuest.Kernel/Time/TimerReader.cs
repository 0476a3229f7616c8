// TimerReader: the timers of the wheel and the high-resolution timers of each CPU.
using VaQuest.Binary;
using VaQuest.Kernel.Objects;
using VaQuest.Kernel.Values;

namespace VaQuest.Kernel.Time;

/// <summary>
/// kernel/time/timer.c: timer_bases per CPU, each with hash lists by expiry; kernel/time/hrtimer.c: hrtimer_bases per CPU, each clock with a
/// tree. Bounded and cycle-checked by <see cref="LinkedWalks"/>.
/// </summary>
public sealed class TimerReader
{
    /// <summary>NR_BASES is 3 since 6.9, 1 or 2 before.</summary>
    private const ulong MaxBases = 4;

    /// <summary>Buckets of a base: 9 levels of 64.</summary>
    private const ulong MaxBuckets = 4096;

    /// <summary>HRTIMER_MAX_CLOCK_BASES is 8.</summary>
    private const ulong MaxClocks = 16;

    private readonly LinuxKernel _kernel;
    private readonly KernelObjects _objects;
    private readonly LinkedWalks _walks;
    private readonly TimerOwners _owners;

    public TimerReader(LinuxKernel kernel)
    {
        _kernel = kernel;
        _objects = kernel.Objects;
        _walks = new LinkedWalks(kernel.Reader, kernel.Types);
        _owners = new TimerOwners(kernel);
        Clock = KernelClock.Read(kernel);
    }

    public KernelClock Clock { get; }

    /// <summary>Timers of the wheel, soonest first on each CPU.</summary>
    public IReadOnlyList<PendingTimer> ReadWheel(List<string> notes, CancellationToken cancellation)
    {
        var timers = new List<PendingTimer>();
        if (_kernel.Symbols.FindAddress("timer_bases") is not { } symbol || _objects.Types.FindSize("timer_base") is not ({ } size and > 0)
            || _objects.Types.FindMember("timer_base", "vectors") is not { } vectors || _objects.Types.FindMember("timer_list", "expires") is null)
        {
            notes.Add("this kernel's timer wheel has no form that is known here (timer_bases with vectors, 4.8 and later)");
            return timers;
        }

        ulong bases = CountBases(symbol, (ulong)size);
        foreach (int cpu in _kernel.Cpus.Possible)
        {
            int start = timers.Count;
            for (ulong i = 0; i < bases && _kernel.Cpus.FindPerCpu(symbol, cpu) is { } first; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                ReadBase(timers, first + (i * (ulong)size), vectors, cpu, NameOfBase(i, bases), notes);
            }

            timers.Sort(start, timers.Count - start, Comparer<PendingTimer>.Create((left, right) => Nullable.Compare(left.SecondsToGo, right.SecondsToGo)));
        }

        return timers;
    }

    /// <summary>High-resolution timers, by CPU and clock, soonest first.</summary>
    public IReadOnlyList<PendingTimer> ReadHighResolution(List<string> notes, CancellationToken cancellation)
    {
        var timers = new List<PendingTimer>();
        if (_kernel.Symbols.FindAddress("hrtimer_bases") is not { } symbol || _objects.Types.FindSize("hrtimer_clock_base") is not ({ } size and > 0)
            || _objects.Types.FindMember("hrtimer_cpu_base", "clock_base") is not { } clocks)
        {
            notes.Add("this kernel's high-resolution timers have no form that is known here (hrtimer_bases with clock_base)");
            return timers;
        }

        foreach (int cpu in _kernel.Cpus.Possible)
        {
            ulong count = Math.Min((ulong)clocks.Size / (ulong)size, MaxClocks);
            for (ulong i = 0; i < count && _kernel.Cpus.FindPerCpu(symbol, cpu) is { } first; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var clock = new ObjectView(_objects, first + clocks.Offset + (i * (ulong)size), "hrtimer_clock_base");
                ReadClock(timers, clock, cpu, NameOfClock(clock.Int("clockid"), i >= count / 2 && count > 4), notes);
            }
        }

        return timers;
    }

    private void ReadBase(List<PendingTimer> timers, VirtAddr address, MemberLayout vectors, int cpu, string name, List<string> notes)
    {
        ulong word = (ulong)_objects.Reader.WordSize;
        ulong buckets = Math.Min((ulong)vectors.Size / word, MaxBuckets);
        for (ulong i = 0; i < buckets; i++)
        {
            WalkResult bucket = _walks.HashList(address + vectors.Offset + (i * word));
            if (bucket.Damage is { } damage && notes.Count < 16)
            {
                notes.Add(FormattableString.Invariant($"CPU {cpu}, base {name}: {damage}"));
            }

            foreach (WalkItem item in bucket.Items)
            {
                var timer = new ObjectView(_objects, item.Address - (_objects.Types.FindOffset("timer_list", "entry") ?? 0), "timer_list");
                if (timer.UInt("expires") is { } expires)
                {
                    (VirtAddr? task, VirtAddr? work) = _owners.Find(timer, timer.Pointer("function"));
                    timers.Add(new PendingTimer(timer.Address, cpu, name, expires, Clock.SecondsTo(expires), timer.Pointer("function"), task, work));
                }
            }
        }
    }

    private void ReadClock(List<PendingTimer> timers, ObjectView clock, int cpu, string name, List<string> notes)
    {
        if (clock.At("active.rb_root.rb_root", "active.head") is not { } root)
        {
            return;
        }

        WalkResult tree = _walks.RedBlackTree(root);
        if (tree.Damage is { } damage && notes.Count < 16)
        {
            notes.Add(FormattableString.Invariant($"CPU {cpu}, clock {name}: {damage}"));
        }

        long? now = unchecked(Clock.MonotonicNanoseconds + clock.Int("offset"));
        foreach (WalkItem item in tree.Items)
        {
            ulong link = (_objects.Types.FindOffset("hrtimer", "node") ?? 0) + (_objects.Types.FindOffset("timerqueue_node", "node") ?? 0);
            var timer = new ObjectView(_objects, item.Address - link, "hrtimer");
            if (timer.UInt("node.expires") is { } expires)
            {
                VirtAddr? function = timer.Pointer("function", "__private.function");
                (VirtAddr? task, VirtAddr? work) = _owners.Find(timer, function);
                timers.Add(new PendingTimer(timer.Address, cpu, name, expires, unchecked(((long)expires - now) / 1e9), function, task, work));
            }
        }
    }

    /// <summary>The size of the symbol would tell; what lies behind the last base is no base, whose own cpu number would be in it.</summary>
    private ulong CountBases(VirtAddr symbol, ulong size)
    {
        ulong bytes = _kernel.Symbols.FindByName("timer_bases") is [{ Size: > 0 } known, ..] ? known.Size : size;
        ulong count = Math.Clamp(bytes / size, 1, MaxBases);
        return symbol.Value == 0 ? 1 : count;
    }

    private static string NameOfBase(ulong index, ulong count) => (count, index) switch
    {
        (1, _) or (2, 0) => "standard",
        (3, 0) => "local",
        (3, 1) => "global",
        _ => "deferrable",
    };

    private static string NameOfClock(long? id, bool isSoft)
    {
        string name = id switch { 0 => "realtime", 1 => "monotonic", 7 => "boottime", 11 => "tai", { } other => FormattableString.Invariant($"clock {other}"), _ => "clock" };
        return isSoft ? name + " (soft)" : name;
    }
}
