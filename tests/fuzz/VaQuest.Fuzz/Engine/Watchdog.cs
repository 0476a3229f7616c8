// Watchdog: keeps the input under way where it survives a crash, and ends the process when an input never ends.
using System.IO.MemoryMappedFiles;

namespace VaQuest.Fuzz.Engine;

/// <summary>
/// The current input is in a mapped file: a stack overflow, which nothing can catch, leaves it behind. A thread looks at the counter of runs
/// and ends the process when it stands still.
/// </summary>
internal sealed unsafe class Watchdog : IDisposable
{
    /// <summary>Exit code of a process that was ended because an input did not end.</summary>
    public const int HangCode = 98;

    private const int MaxStandstills = 3;
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(20);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _bytes;
    private readonly int _capacity;
    private readonly Timer _timer;
    private long _runs;
    private long _runsSeen = -1;
    private TimeSpan _processorSeen;
    private int _standstills;

    public Watchdog(string path, int capacity)
    {
        _capacity = capacity;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, capacity + 4);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
        _timer = new Timer(_ => Look(), null, s_pause, s_pause);
    }

    /// <summary>The input that was under way when a process ended.</summary>
    public static byte[] ReadInput(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        return file.AsSpan(4, Math.Clamp(BitConverter.ToInt32(file), 0, file.Length - 4)).ToArray();
    }

    public void Begin(byte[] input)
    {
        int count = Math.Min(input.Length, _capacity);
        *(int*)_bytes = count;
        input.AsSpan(0, count).CopyTo(new Span<byte>(_bytes + 4, _capacity));
        Interlocked.Increment(ref _runs);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private void Look()
    {
        long runs = Interlocked.Read(ref _runs);
        TimeSpan processor = Environment.CpuUsage.TotalTime;
        bool stands = runs == _runsSeen && processor - _processorSeen > RunGuard.MaxTime;
        _standstills = stands ? _standstills + 1 : 0;
        (_runsSeen, _processorSeen) = (runs, processor);
        if (_standstills >= MaxStandstills)
        {
            Environment.Exit(HangCode);
        }
    }
}
