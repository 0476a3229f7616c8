// SheafPlace: a sheaf of free objects, in words.
namespace VaQuest.Kernel.Memory.Slabs;

/// <summary>Where an object waits.</summary>
/// <param name="Text">"in the main sheaf of CPU 1".</param>
/// <param name="IsWaiting">True when it may not be used again before RCU readers are done.</param>
internal sealed record SheafPlace(string Text, bool IsWaiting);
