// PicturePoint: a place in the wait-for picture.
namespace VaQuest.Diagnosis.Explain.Waits.Picture;

/// <summary>In the units of <see cref="PictureMeasures"/>, from the upper left corner.</summary>
public readonly record struct PicturePoint(int X, int Y);
