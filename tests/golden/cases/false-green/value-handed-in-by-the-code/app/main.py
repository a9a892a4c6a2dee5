from app.config import Settings

settings = Settings(debug=True)
